export const homeTimeZone = 'Asia/Shanghai';

const known = new Map<string, boolean>();

/** Whether a name is an IANA time zone. */
export function isTimeZone(zone: string): boolean {
  let found = known.get(zone);
  if (found === undefined) {
    try {
      found = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      found = false;
    }
    if (known.size < 1_000) known.set(zone, found);
  }
  return found;
}
