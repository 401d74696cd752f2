import { getSpread } from '@shuke/server/contracts/referral';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useLocale } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { useRead } from '../../lib/query.ts';
import { ChartCard } from '../../ui/chart/chart-card.tsx';
import type { CategoryChart } from '../../ui/chart/chart.ts';
import { CustomerLink } from '../../ui/customer-link.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { FigureRow } from '../../ui/figure-card.tsx';
import { Count, Money } from '../../ui/formatted.tsx';
import { Card, Grid, Page } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { rowsOf } from '../../ui/table-rows.ts';
import { OrderAttribution } from './order-attribution.tsx';
import { TraceTree } from './trace-tree.tsx';

type Spreader = Reply<typeof getSpread>['top'][number];

/** How sharing spreads: who shares, how far it goes, what it brings, and why an order is owed to whom. */
export function SharesPage() {
  const { t } = useTranslation('referral');
  const locale = useLocale();
  const spread = useRead(getSpread, {}, { refetchEveryMs: 60_000 });
  const { data } = spread;
  const ratio = (value: number | undefined) =>
    value === undefined ? '—' : new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value);
  const chart = useMemo<CategoryChart | null | undefined>(() => {
    if (data === undefined) return undefined;
    if (data.depths.length === 0) return null;
    return {
      kind: 'bar',
      unit: 'count',
      categories: data.depths.map(({ depth }) => t('tree.depth', { depth })),
      series: [{ name: t('spread.links'), values: data.depths.map(({ traces }) => traces) }],
    };
  }, [data, t]);
  return (
    <Page title={t('title')} purpose={t('purpose')}>
      <FigureRow
        loading={spread.isPending}
        figures={[
          {
            label: t('spread.links'),
            value: <Count compact value={data?.traces} />,
            note: t('spread.bySharers', { count: data?.sharers ?? 0 }),
          },
          { label: t('tree.visitors'), value: <Count compact value={data?.visitors} /> },
          { label: t('tree.orders'), value: <Count compact value={data?.orders} /> },
          { label: t('tree.amount'), value: <Money compact fen={data?.amountMinor} /> },
          { label: t('spread.second'), value: ratio(data?.secondSpread), explanation: t('spread.secondExplain') },
          { label: t('spread.k'), value: ratio(data?.kFactor), explanation: t('spread.kExplain') },
        ]}
      />
      <TraceTree />
      <Grid minPx={420}>
        <ChartCard
          title={t('spread.depths')}
          hint={t('spread.depthsHint')}
          chart={chart}
          error={spread.error}
          retry={() => void spread.refetch()}
        />
        <Card flush title={t('spread.top')} hint={t('spread.topHint')}>
          <DataTable<Spreader>
            label={t('spread.top')}
            rowKey={(spreader) => spreader.customerId}
            columns={[
              {
                key: 'name',
                title: t('tree.sharer'),
                render: (spreader) => <CustomerLink customerId={spreader.customerId} name={spreader.displayName} />,
              },
              {
                key: 'orders',
                title: t('tree.orders'),
                align: 'right',
                render: (spreader) => <Count value={spreader.orders} />,
              },
              {
                key: 'amount',
                title: t('tree.amount'),
                align: 'right',
                render: (spreader) => <Money fen={spreader.amountMinor} />,
              },
              {
                key: 'tree',
                title: '',
                align: 'right',
                render: (spreader) => <Link to={`?sharer=${spreader.customerId}`}>{t('spread.links')}</Link>,
              },
            ]}
            list={rowsOf(spread, ({ top }) => top)}
            empty={<EmptyState compact title={t('spread.nobody')} />}
          />
        </Card>
      </Grid>
      <OrderAttribution />
    </Page>
  );
}
