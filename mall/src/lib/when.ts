const two = (value: number): string => String(value).padStart(2, '0');

/** 2026-11-24 09:05 on the visitor's clock. */
export function formatAt(at: string): string {
  const date = new Date(at);
  return `${formatOn(at)} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** 2026-11-24 on the visitor's calendar. */
export function formatOn(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Seconds left as 29:59, or 1:05:00 above an hour; never negative. */
export function formatLeft(leftS: number): string {
  const seconds = Math.max(0, Math.floor(leftS));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
}
