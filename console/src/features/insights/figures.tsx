import type { getCockpit } from '@shuke/server/contracts/insights';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { changeRatio } from '../../lib/format.ts';
import type { Figure } from '../../ui/figure-card.tsx';
import { Count, Money, Percent } from '../../ui/formatted.tsx';

export type Cockpit = Reply<typeof getCockpit>;
export type FigureName = keyof Cockpit['figures'];

/** Every figure, in the order of the page; also what may stand in the address. */
export const figureNames = [
  'gmv',
  'orders',
  'buyers',
  'new_buyers',
  'returning_buyers',
  'repurchase_rate',
  'average_order',
  'refunds',
  'reached',
  'opened',
  'coupons_issued',
  'coupons_used',
  'sharers',
  'visitors',
  'shared_orders',
  'shared_amount',
  'commission',
  'came_back',
] as const satisfies readonly FigureName[];

const money: ReadonlySet<FigureName> = new Set(['gmv', 'average_order', 'refunds', 'shared_amount', 'commission']);
/** Links and commission are of the own mall, which sells in the brand's currency. */
const ofMall: ReadonlySet<FigureName> = new Set(['shared_amount', 'commission']);

/** The currency a figure of money is in. */
export function currencyOf(name: FigureName, currency: string): string {
  return ofMall.has(name) ? 'CNY' : currency;
}

/** The value of a figure in its own unit. */
export function FigureValue({ name, cockpit }: { readonly name: FigureName; readonly cockpit: Cockpit }): ReactNode {
  const value = cockpit.figures[name]?.value ?? 0;
  if (name === 'repurchase_rate') return <Percent ratio={value / 100} />;
  if (money.has(name)) return <Money compact fen={value} currency={currencyOf(name, cockpit.currency)} />;
  return <Count compact value={value} />;
}

/** A card of a figure that opens the people behind it. */
export function useFigure(cockpit: Cockpit, pathOf: (name: FigureName) => string) {
  const { t } = useTranslation('insights');
  return (name: FigureName, extra: Partial<Figure> = {}): Figure => {
    const compared = cockpit.figures[name];
    return {
      label: t(`figures.${name}`),
      explanation: t(`explanations.${name}`),
      value: <FigureValue name={name} cockpit={cockpit} />,
      change: changeRatio(compared?.value, compared?.before),
      note: t('noComparison'),
      good: name === 'refunds' ? 'down' : name === 'commission' ? 'neither' : 'up',
      path: pathOf(name),
      ...extra,
    };
  };
}
