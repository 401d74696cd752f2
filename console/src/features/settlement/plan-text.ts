import type { SettlementPlan } from '@shuke/server/contracts/settlement';
import type { TFunction } from 'i18next';

import { formatBps, formatCount, formatMoney } from '../../lib/format.ts';
import type { Locale } from '../../lib/format.ts';

/** A plan to begin with: the field's commonest steps, counted in orders. */
export const newPlan: SettlementPlan = {
  kind: 'stepped',
  measure: 'orders',
  mode: 'marginal',
  bands: [
    { upTo: 9, rateBps: 500 },
    { upTo: 50, rateBps: 800 },
    { upTo: null, rateBps: 1_200 },
  ],
  base: 'net_goods',
  holdDays: 15,
  paidLevels: 1,
};

/** What a measure counts, in words: 12 orders, ¥1,200.00. */
export function measuredText(
  t: TFunction<'settlement'>,
  measure: SettlementPlan['measure'],
  value: number,
  locale: Locale,
): string {
  return measure === 'net_sales'
    ? formatMoney(value, locale)
    : t(`measured.${measure}`, { count: value, shown: formatCount(value, locale) });
}

/** Which part of the measure a band holds for; both ends belong to it: "1 to 9 orders", "more than ¥500.00". */
export function bandText(
  t: TFunction<'settlement'>,
  { bands, measure }: Pick<SettlementPlan, 'bands' | 'measure'>,
  index: number,
  locale: Locale,
): string {
  const upTo = bands[index]?.upTo ?? null;
  const before = bands[index - 1]?.upTo ?? 0;
  const words = (value: number) => measuredText(t, measure, value, locale);
  if (upTo === null) return before === 0 ? t('bands.everything') : t('bands.above', { from: words(before) });
  if (measure === 'net_sales') {
    return before === 0
      ? t('bands.upTo', { until: words(upTo) })
      : t('bands.aboveUpTo', { from: words(before), until: words(upTo) });
  }
  return upTo === before + 1
    ? words(upTo)
    : t('bands.between', { from: formatCount(before + 1, locale), until: words(upTo) });
}

/** A plan in a line: what is counted, how it pays, and its steps. */
export function planText(t: TFunction<'settlement'>, plan: SettlementPlan, locale: Locale): string {
  return [
    t(`measures.${plan.measure}.name`),
    t(`modes.${plan.mode}.name`),
    plan.bands.map(({ rateBps }) => formatBps(rateBps, locale, 2)).join(' / '),
  ].join(' · ');
}

/** The same steps for another measure: borders of counts become amounts of ¥100 each, and back, still ascending. */
export function measureBy(plan: SettlementPlan, measure: SettlementPlan['measure']): SettlementPlan {
  const [wasMoney, isMoney] = [plan.measure === 'net_sales', measure === 'net_sales'];
  if (wasMoney === isMoney) return { ...plan, measure };
  let before = 0;
  const bands = plan.bands.map(({ upTo, rateBps }) => {
    if (upTo === null) return { upTo, rateBps };
    before = isMoney ? upTo * fenPerCount : Math.max(before + 1, Math.round(upTo / fenPerCount));
    return { upTo: before, rateBps };
  });
  return { ...plan, measure, bands };
}

const fenPerCount = 10_000;
