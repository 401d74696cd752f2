import { formatBps, formatCount, formatMoney } from '../../lib/format.ts';
import type { Locale } from '../../lib/format.ts';

/** What a line's reason says, as values for its sentence; what is missing or of another kind shows as a dash. */
export function reasonValues(
  reason: Readonly<Record<string, unknown>>,
  currency: string,
  locale: Locale,
): Record<string, string | number> {
  const number = (name: string) => (typeof reason[name] === 'number' ? reason[name] : null);
  const money = (name: string) => formatMoney(number(name), locale, { currency });
  return {
    base: money('base_minor'),
    rate: formatBps(number('rate_bps'), locale, 2),
    target: money('target_minor'),
    before: money('before_minor'),
    band: (number('band') ?? 0) + 1,
    measured: reason['measure'] === 'net_sales' ? money('measured') : formatCount(number('measured'), locale),
  };
}

/** The sentence a line's reason is told in: an order refunded whole has no base and no rate left to speak of. */
export function reasonKey(reason: Readonly<Record<string, unknown>>): string {
  const code = typeof reason['code'] === 'string' ? reason['code'] : '';
  return code === 'commission_changed' && reason['base_minor'] === 0 ? 'commission_reversed' : code;
}
