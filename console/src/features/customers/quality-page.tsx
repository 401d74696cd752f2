import { getIdentityQuality } from '@shuke/server/contracts/customers';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { useRead } from '../../lib/query.ts';
import { ChartCard } from '../../ui/chart/chart-card.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { FigureRow } from '../../ui/figure-card.tsx';
import { Count, Percent } from '../../ui/formatted.tsx';
import { Card, Grid, Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { rowsAtHand } from '../../ui/table-rows.ts';
import { useKindText } from './kind-text.ts';

type Quality = Reply<typeof getIdentityQuality>;

/** How well customers are recognised. */
export function QualityPage() {
  const { t } = useTranslation('customers');
  const quality = useRead(getIdentityQuality, {});
  if (quality.isPending) return <PageSkeleton />;
  if (quality.data === undefined) return <ErrorState error={quality.error} retry={() => void quality.refetch()} />;
  const { data } = quality;
  const merges = data.changes.reduce((sum, day) => sum + day.merges, 0);
  return (
    <Page title={t('quality.title')} purpose={t('quality.purpose')}>
      <FigureRow
        figures={[
          { label: t('list.customers'), value: <Count compact value={data.customers} />, path: '/customers' },
          {
            label: t('list.knownShare'),
            value: <Percent ratio={data.customers === 0 ? null : data.known / data.customers} />,
            explanation: t('list.knownShareExplain'),
          },
          {
            label: t('quality.identifiersPerCustomer'),
            value: data.identifiersPerCustomer.toFixed(2),
            explanation: t('quality.identifiersPerCustomerExplain'),
          },
          { label: t('quality.merges'), value: <Count compact value={merges} />, note: t('list.last30Days') },
          { label: t('conflict.open'), value: <Count value={data.openConflicts} />, path: '/customer-conflicts' },
        ]}
      />
      <Grid minPx={420}>
        <ChartCard
          title={t('quality.changes')}
          hint={t('quality.changesHint')}
          chart={
            data.changes.length === 0
              ? null
              : {
                  kind: 'bar',
                  unit: 'count',
                  categories: data.changes.map(({ on }) => on.slice(5)),
                  series: [
                    { name: t('quality.merges'), values: data.changes.map((day) => day.merges) },
                    { name: t('quality.splits'), values: data.changes.map((day) => day.splits) },
                  ],
                }
          }
        />
        <Kinds kinds={data.kinds} />
      </Grid>
    </Page>
  );
}

function Kinds({ kinds }: { readonly kinds: Quality['kinds'] }) {
  const { t } = useTranslation('customers');
  const kindText = useKindText();
  return (
    <Card flush title={t('quality.kinds')} hint={t('quality.kindsHint')}>
      <DataTable<Quality['kinds'][number]>
        label={t('quality.kinds')}
        rowKey={(kind) => kind.kind}
        columns={[
          { key: 'kind', title: t('identifier.kind'), render: (kind) => kindText(kind.kind, '') },
          {
            key: 'count',
            title: t('quality.identifiers'),
            align: 'right',
            render: (kind) => <Count value={kind.identifiers} />,
          },
          { key: 'shared', title: t('states.shared'), align: 'right', render: (kind) => <Count value={kind.shared} /> },
        ]}
        list={rowsAtHand(kinds)}
        empty={<EmptyState compact title={t('identifier.none')} />}
      />
    </Card>
  );
}
