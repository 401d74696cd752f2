/** The states a person can step back and forth through. */
export interface History<State> {
  readonly past: readonly State[];
  readonly present: State;
  readonly future: readonly State[];
}

const stepsKept = 100;

export function startHistory<State>(present: State): History<State> {
  return { past: [], present, future: [] };
}

/** A new state; what was undone before is gone. */
export function record<State>(history: History<State>, present: State): History<State> {
  if (present === history.present) return history;
  return { past: [...history.past, history.present].slice(-stepsKept), present, future: [] };
}

/** One step back; the same history when there is none. */
export function undo<State>(history: History<State>): History<State> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future] };
}

/** One step forth; the same history when there is none. */
export function redo<State>(history: History<State>): History<State> {
  const [after, ...future] = history.future;
  if (after === undefined) return history;
  return { past: [...history.past, history.present], present: after, future };
}
