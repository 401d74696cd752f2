export type Locale = 'zh-CN' | 'en';

const noValue = '—';

function numbers(locale: Locale, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, options);
    formats.set(key, format);
  }
  return format;
}
const formats = new Map<string, Intl.NumberFormat>();

/** Where short forms begin. */
const compactFrom: Readonly<Record<Locale, number>> = { 'zh-CN': 10_000, en: 1_000 };

/** A whole count with separators: 12,480. */
export function formatCount(value: number | null | undefined, locale: Locale): string {
  return value === null || value === undefined ? noValue : numbers(locale, { maximumFractionDigits: 0 }).format(value);
}

/** A number at most four signs wide, for tiles and axes: 1.2 万 (zh), 12.4k (en); below 10,000 (zh) or 1,000 (en) exact. */
export function formatCompact(value: number | null | undefined, locale: Locale): string {
  if (value === null || value === undefined) return noValue;
  if (Math.abs(value) < compactFrom[locale]) return numbers(locale, { maximumFractionDigits: 1 }).format(value);
  const parts = numbers(locale, { notation: 'compact', maximumFractionDigits: 1 }).formatToParts(value);
  const unit = parts.find((part) => part.type === 'compact')?.value ?? '';
  const figure = parts
    .filter((part) => part.type !== 'compact' && part.type !== 'literal')
    .map((part) => part.value)
    .join('');
  return locale === 'zh-CN' ? `${figure} ${unit}` : `${figure}${unit === 'K' ? 'k' : unit}`;
}

/** Money in minor units: ¥12,480.00. `compact` gives ¥1.2 万 / ¥12.4k for tiles and axes. */
export function formatMoney(
  amountMinor: number | null | undefined,
  locale: Locale,
  { currency = 'CNY', compact = false }: { currency?: string; compact?: boolean } = {},
): string {
  if (amountMinor === null || amountMinor === undefined) return noValue;
  const style = numbers(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  const digits = style.resolvedOptions().maximumFractionDigits ?? 2;
  const amount = amountMinor / 10 ** digits;
  if (!compact) return style.format(amount);
  if (Math.abs(amount) < compactFrom[locale]) {
    const options = { currency, currencyDisplay: 'narrowSymbol', trailingZeroDisplay: 'stripIfInteger' } as const;
    return numbers(locale, { style: 'currency', ...options }).format(amount);
  }
  const symbol = style.formatToParts(0).find((part) => part.type === 'currency')?.value ?? '';
  return `${amount < 0 ? '-' : ''}${symbol}${formatCompact(Math.abs(amount), locale)}`;
}

/** A share given in basis points: 4,250 → 42.5%. */
export function formatBps(rateBps: number | null | undefined, locale: Locale, digits = 1): string {
  return rateBps === null || rateBps === undefined ? noValue : formatRatio(rateBps / 10_000, locale, digits);
}

/** A share between 0 and 1: 0.425 → 42.5%. */
export function formatRatio(ratio: number | null | undefined, locale: Locale, digits = 1): string {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return noValue;
  return numbers(locale, { style: 'percent', maximumFractionDigits: digits }).format(ratio);
}

/** A change with its direction: +4.2%, −1.3%, ±0%. */
export function formatChange(ratio: number, locale: Locale): string {
  const rounded = Math.round(ratio * 1_000) / 1_000;
  if (rounded === 0) return `±${numbers(locale, { style: 'percent' }).format(0)}`;
  const size = numbers(locale, { style: 'percent', maximumFractionDigits: 1 }).format(Math.abs(rounded));
  return `${rounded > 0 ? '+' : '−'}${size}`;
}

/** The relative change from `before` to `now`, or null when there is nothing to compare with. */
export function changeRatio(now: number | null | undefined, before: number | null | undefined): number | null {
  if (now === null || now === undefined || before === null || before === undefined || before === 0) return null;
  return (now - before) / Math.abs(before);
}

const instantShapes = {
  date: { year: 'numeric', month: '2-digit', day: '2-digit' },
  minute: { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false },
  second: {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  },
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** An instant in the given time zone; the year first in both languages, so that columns sort by eye. */
export function formatInstant(
  at: string | Date | null | undefined,
  shape: keyof typeof instantShapes,
  timeZone: string,
): string {
  if (at === null || at === undefined || at === '') return noValue;
  const instant = typeof at === 'string' ? new Date(at) : at;
  if (Number.isNaN(instant.getTime())) return noValue;
  // sv-SE writes 2026-11-24 09:05:00, which both languages read at once.
  return new Intl.DateTimeFormat('sv-SE', { ...instantShapes[shape], timeZone }).format(instant);
}

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How long ago or ahead, in words: 5 分钟前 / 5 minutes ago. */
export function formatRelative(at: string | Date, now: Date, locale: Locale): string {
  const seconds = Math.round((new Date(at).getTime() - now.getTime()) / 1_000);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(0, 'second');
}

/** A size in bytes: 12.4 MB. */
export function formatBytes(bytes: number | null | undefined, locale: Locale): string {
  if (bytes === null || bytes === undefined) return noValue;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${numbers(locale, { maximumFractionDigits: 1 }).format(bytes / 1_000 ** power)} ${units[power] ?? 'B'}`;
}

/** A duration in the largest fitting unit: 850 ms, 1.2 s, 3 min. */
export function formatDuration(durationMs: number | null | undefined, locale: Locale): string {
  if (durationMs === null || durationMs === undefined) return noValue;
  const unit = (value: number, name: string) =>
    numbers(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 1 }).format(value);
  if (durationMs < 1_000) return unit(Math.round(durationMs), 'millisecond');
  if (durationMs < 60_000) return unit(durationMs / 1_000, 'second');
  if (durationMs < 3_600_000) return unit(durationMs / 60_000, 'minute');
  if (durationMs < 86_400_000) return unit(durationMs / 3_600_000, 'hour');
  return unit(durationMs / 86_400_000, 'day');
}
