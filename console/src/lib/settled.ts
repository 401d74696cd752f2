import { useEffect, useState } from 'react';

/** A value once it has not changed for a moment, in ms: what a person types is asked about when they pause. */
export function useSettled<Value>(value: Value, pauseMs = 450): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return settled;
}
