interface Minute {
  readonly minuteAt: string;
  readonly events: number;
}

/** Fills in the quiet minutes between the first and the last with zero, so that a pause looks like a pause. */
export function everyMinute(minutes: readonly Minute[]): Minute[] {
  const first = minutes[0];
  const last = minutes.at(-1);
  if (first === undefined || last === undefined) return [];
  const events = new Map(minutes.map((minute) => [Date.parse(minute.minuteAt), minute.events]));
  const start = Date.parse(first.minuteAt);
  const count = Math.round((Date.parse(last.minuteAt) - start) / 60_000) + 1;
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * 60_000;
    return { minuteAt: new Date(at).toISOString(), events: events.get(at) ?? 0 };
  });
}
