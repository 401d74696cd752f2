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
import { useSourceNames } from './source-names.ts';

type Quality = Reply<typeof getIdentityQuality>;

/** How well customers are recognised. */
export function QualityPage() {
  const { t } = useTranslation('customers');
  const quality = useRead(getIdentityQuality, {});
  if (quality.isPending) return <PageSkeleton />;
  if (quality.data === undefined) return <ErrorState error={quality.error} retry={() => void quality.refetch()} />;
  const { data } = quality;
  return (
    <Page title={t('quality.title')} purpose={t('quality.purpose')}>
      <FigureRow
        figures={[
          {
            label: t('list.customers'),
            value: <Count compact value={data.customers} />,
            note: t('quality.unjoined', { count: data.unjoined }),
            explanation: t('quality.unjoinedExplain'),
            path: '/customers',
          },
          {
            label: t('list.knownShare'),
            value: <Percent ratio={data.customers === 0 ? null : data.known / data.customers} />,
            explanation: t('list.knownShareExplain'),
          },
          {
            label: t('quality.crossSource'),
            value: <Percent ratio={data.known === 0 ? null : data.crossSource / data.known} />,
            explanation: t('quality.crossSourceExplain'),
          },
          {
            label: t('quality.identifiersPerCustomer'),
            value: data.identifiersPerCustomer.toFixed(2),
            explanation: t('quality.identifiersPerCustomerExplain'),
          },
          { label: t('conflict.open'), value: <Count value={data.openConflicts} />, path: '/customer-conflicts' },
        ]}
      />
      <Grid minPx={420}>
        <ChartCard
          title={t('quality.history')}
          hint={t('quality.historyHint')}
          chart={
            data.history.length === 0
              ? null
              : {
                  kind: 'line',
                  unit: 'ratio',
                  categories: data.history.map(({ on }) => on.slice(5)),
                  series: [
                    { name: t('list.knownShare'), values: data.history.map((day) => share(day.known, day.customers)) },
                    {
                      name: t('quality.crossSource'),
                      values: data.history.map((day) => share(day.crossSource, day.known)),
                    },
                  ],
                }
          }
        />
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
        <Sources sources={data.sources} />
        <Kinds kinds={data.kinds} />
      </Grid>
    </Page>
  );
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function Sources({ sources }: { readonly sources: Quality['sources'] }) {
  const { t } = useTranslation('customers');
  const sourceName = useSourceNames();
  return (
    <Card flush title={t('quality.sources')} hint={t('quality.sourcesHint')}>
      <DataTable<Quality['sources'][number]>
        label={t('quality.sources')}
        rowKey={(source) => source.sourceId}
        columns={[
          { key: 'source', title: t('attribute.source'), render: (source) => sourceName(source.sourceId) },
          {
            key: 'customers',
            title: t('list.customers'),
            align: 'right',
            render: (source) => <Count value={source.customers} />,
          },
          {
            key: 'known',
            title: t('list.knownShare'),
            align: 'right',
            render: (source) => <Percent ratio={share(source.known, source.customers)} />,
          },
        ]}
        list={rowsAtHand(sources)}
        empty={<EmptyState compact title={t('quality.noSources')} />}
      />
    </Card>
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
