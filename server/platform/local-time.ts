const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

/** The clock on the wall of a zone, as UTC milliseconds of the same reading; whole seconds. */
function wallMs(atMs: number, zone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(atMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const offsetMs = (atMs: number, zone: string) => wallMs(atMs, zone) - Math.floor(atMs / 1_000) * 1_000;

/** A local day (`2026-11-24`) and the whole minutes since its midnight by the clock on the wall. */
export interface LocalTime {
  readonly on: string;
  readonly minutes: number;
}

/** What the clock on the wall of a zone shows at an instant. */
export function localTime(at: Date, zone: string): LocalTime {
  const wall = new Date(wallMs(at.getTime(), zone));
  return { on: wall.toISOString().slice(0, 10), minutes: wall.getUTCHours() * 60 + wall.getUTCMinutes() };
}

/** The day before or after a local day by so many days. */
export function shiftDay(on: string, days: number): string {
  return new Date(Date.parse(`${on}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/**
 * The instant at which the clock on the wall shows a local time. A time that comes twice, when clocks go back, means the first; one
 * that is left out, when they go forward, means as long after the last minute before the gap.
 */
export function instantOf({ on, minutes }: LocalTime, zone: string): Date {
  const wall = Date.parse(`${on}T00:00:00Z`) + minutes * 60_000;
  const before = wall - offsetMs(wall - 86_400_000, zone);
  const after = wall - offsetMs(wall + 86_400_000, zone);
  const found = [Math.min(before, after), Math.max(before, after)].find((one) => wallMs(one, zone) === wall);
  return new Date(found ?? before);
}
