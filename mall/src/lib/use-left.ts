import { useEffect, useState } from 'react';

/** Seconds until an instant, counting down; null without one. */
export function useLeft(until: string | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (until === null) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return until === null ? null : (new Date(until).getTime() - now) / 1000;
}
