/** The instant a local day begins in a time zone, as ISO text; days that start later than midnight (clock changes) included. */
export function localDayStart(day: string, timeZone: string): string {
  return localInstant(`${day}T00:00:00`, timeZone);
}

/** The instant a clock on the wall of a time zone shows `2026-11-24T09:05:00`, as ISO text. */
export function localInstant(wallClock: string, timeZone: string): string {
  const wallUtc = Date.parse(`${wallClock}Z`);
  // The zone's offset is read at the guess, then once more at the corrected instant, which settles clock changes.
  const guess = wallUtc - offsetMs(wallUtc, timeZone);
  return new Date(wallUtc - offsetMs(guess, timeZone)).toISOString();
}

/** The instant the day after begins: an upper bound that is not itself in the day. */
export function localDayEnd(day: string, timeZone: string): string {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return localDayStart(next, timeZone);
}

function offsetMs(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - at;
}
