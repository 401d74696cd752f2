import { pointsLiability } from '@shuke/server/contracts/loyalty';
import { useTranslation } from 'react-i18next';

import { useRead } from '../../lib/query.ts';
import { ChartCard } from '../../ui/chart/chart-card.tsx';
import { FigureRow } from '../../ui/figure-card.tsx';
import { Count, Money, Percent } from '../../ui/formatted.tsx';
import { Page } from '../../ui/page.tsx';
import { ErrorState, PageSkeleton } from '../../ui/states.tsx';

const movements = ['earned', 'returned', 'spent', 'clawedBack', 'expired'] as const;
const outward: ReadonlySet<(typeof movements)[number]> = new Set(['spent', 'clawedBack', 'expired']);

/** What the company owes in points, and how they move. */
export function PointsPage() {
  const { t } = useTranslation('loyalty');
  const liability = useRead(pointsLiability, {});
  if (liability.isPending) return <PageSkeleton />;
  if (liability.data === undefined)
    return <ErrorState error={liability.error} retry={() => void liability.refetch()} />;
  const { data } = liability;
  return (
    <Page title={t('liability.title')} purpose={t('liability.purpose')}>
      <FigureRow
        figures={[
          {
            label: t('liability.outstanding'),
            value: <Count compact value={data.outstanding} />,
            explanation: t('liability.outstandingExplain'),
          },
          {
            label: t('liability.worth'),
            value: <Money compact fen={data.outstandingFen} />,
            explanation: t('liability.worthExplain'),
          },
          {
            label: t('liability.redemptionRate'),
            value: <Percent bps={data.redemptionRateBps} />,
            explanation: t('liability.redemptionRateExplain'),
          },
          {
            label: t('liability.expectedBreakage'),
            value: <Count compact value={data.expectedBreakage} />,
            explanation: t('liability.expectedBreakageExplain'),
          },
          { label: t('liability.expired'), value: <Count compact value={data.expired} /> },
        ]}
      />
      <ChartCard
        title={t('liability.months')}
        hint={t('liability.monthsHint')}
        heightPx={320}
        chart={
          data.months.length === 0
            ? null
            : {
                kind: 'stacked-bar',
                unit: 'count',
                categories: data.months.map(({ monthOn }) => monthOn.slice(0, 7)),
                series: movements.map((movement) => ({
                  name: t(`movements.${movement}`),
                  // What leaves stands below the line, whatever sign the books give it.
                  values: data.months.map((month) =>
                    outward.has(movement) ? -Math.abs(month[movement]) : month[movement],
                  ),
                })),
              }
        }
      />
    </Page>
  );
}
