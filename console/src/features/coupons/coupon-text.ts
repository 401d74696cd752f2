import type { listTemplates } from '@shuke/server/contracts/coupons';
import type { TFunction } from 'i18next';

import type { Reply } from '../../lib/api.ts';
import { formatBps, formatInstant, formatMoney } from '../../lib/format.ts';
import type { Locale } from '../../lib/format.ts';

export type Template = Reply<typeof listTemplates>['items'][number];
export type Terms = Template['terms'];

/** Colour of a template's status. */
export const templateTone = { draft: 'neutral', published: 'good', ended: 'warn' } as const;
export const couponTone = { issued: 'brand', locked: 'info', used: 'good', expired: 'neutral', voided: 'bad' } as const;

/** What a coupon gives, in a line: "¥20 off from ¥100; ¥50 off from ¥200". */
export function offerText(t: TFunction, terms: Pick<Terms, 'kind' | 'rule'>, locale: Locale): string {
  const money = (fen: number) => formatMoney(fen, locale).replace(/\.00$/, '');
  if ('steps' in terms.rule) {
    return terms.rule.steps
      .map(({ thresholdFen, offFen }) =>
        thresholdFen === 0
          ? t('coupons:offer.noThreshold', { off: money(offFen) })
          : t('coupons:offer.amountOff', { threshold: money(thresholdFen), off: money(offFen) }),
      )
      .join(t('coupons:offer.separator'));
  }
  const { thresholdFen, offBps, capFen } = terms.rule;
  // Chinese names what is left in tenths, English what is taken off.
  const rate = locale === 'en' ? formatBps(offBps, locale) : String((10_000 - offBps) / 1_000);
  const percent = t('coupons:offer.percentOff', { rate });
  return [
    percent,
    thresholdFen > 0 ? t('coupons:offer.from', { threshold: money(thresholdFen) }) : '',
    capFen === null ? '' : t('coupons:offer.cap', { cap: money(capFen) }),
  ]
    .filter(Boolean)
    .join(t('coupons:offer.separator'));
}

/** When a coupon is good, in a line. */
export function validityText(t: TFunction, { validity }: Pick<Terms, 'validity'>, zone: string): string {
  if ('days' in validity) return t('coupons:validity.days', { count: validity.days });
  const until = formatInstant(validity.until, 'minute', zone);
  if (validity.from === null) return t('coupons:validity.until', { until });
  return t('coupons:validity.between', { from: formatInstant(validity.from, 'minute', zone), until });
}

/** The most one coupon costs, in fen; null without a ceiling. The server decides again when it publishes. */
export function worstCostFen(terms: Pick<Terms, 'rule'>): number | null {
  return 'steps' in terms.rule ? (terms.rule.steps.at(-1)?.offFen ?? null) : terms.rule.capFen;
}
