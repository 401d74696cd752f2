import { readPipeline } from '@shuke/server/contracts/collect';
import { useTranslation } from 'react-i18next';

import { useLocale } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { formatBytes, formatDuration, formatInstant } from '../../lib/format.ts';
import { useRead } from '../../lib/query.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { ChartCard } from '../../ui/chart/chart-card.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { FigureRow } from '../../ui/figure-card.tsx';
import { Count } from '../../ui/formatted.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { rowsAtHand } from '../../ui/table-rows.ts';
import { everyMinute } from './every-minute.ts';

type Pipeline = Reply<typeof readPipeline>;

const tones = { ok: 'good', behind: 'warn', stalled: 'bad' } as const;

/** How far behind the event log its readers are, and how much passes through. */
export function PipelinePage() {
  const { t } = useTranslation('collect');
  const pipeline = useRead(readPipeline, {}, { refetchEveryMs: 5_000 });
  if (pipeline.isPending) return <PageSkeleton />;
  if (pipeline.data === undefined) return <ErrorState error={pipeline.error} retry={() => void pipeline.refetch()} />;
  const { data } = pipeline;
  return (
    <Page
      title={t('pipeline.title')}
      purpose={t('pipeline.purpose')}
      badges={<StatusTag tone={tones[data.state]}>{t(`pipeline.states.${data.state}`)}</StatusTag>}
    >
      <PipelineFigures pipeline={data} />
      <Throughput pipeline={data} />
      <Readers pipeline={data} />
    </Page>
  );
}

function PipelineFigures({ pipeline }: { readonly pipeline: Pipeline }) {
  const { t } = useTranslation('collect');
  const locale = useLocale();
  return (
    <FigureRow
      figures={[
        {
          label: t('pipeline.waiting'),
          value: formatBytes(pipeline.lanes.bytes, locale),
          note: t('pipeline.age', { age: formatDuration(pipeline.lanes.ageMs, locale) }),
          explanation: t('pipeline.waitingExplain'),
        },
        {
          label: t('pipeline.facts'),
          value: <Count compact value={pipeline.outbox.facts} />,
          note: t('pipeline.age', { age: formatDuration(pipeline.outbox.ageMs, locale) }),
          explanation: t('pipeline.factsExplain'),
        },
        {
          label: t('pipeline.events'),
          value: <Count compact value={pipeline.events} />,
          note: t('pipeline.duplicates', { count: pipeline.duplicates }),
        },
        {
          label: t('pipeline.archived'),
          value: <Count value={pipeline.archivedDays} />,
          explanation: t('pipeline.archivedExplain'),
        },
        {
          label: t('sources.refused'),
          value: <Count compact value={pipeline.openDeadLetters} />,
          path: '/settings/dead-letters?status=open',
        },
      ]}
    />
  );
}

function Throughput({ pipeline }: { readonly pipeline: Pipeline }) {
  const { t } = useTranslation('collect');
  const zone = useTimeZone();
  const minutes = everyMinute(pipeline.throughput);
  return (
    <ChartCard
      title={t('pipeline.throughput')}
      hint={t('pipeline.throughputHint')}
      chart={
        minutes.length === 0
          ? null
          : {
              kind: 'area',
              unit: 'count',
              categories: minutes.map(({ minuteAt }) => formatInstant(minuteAt, 'time', zone).slice(0, 5)),
              series: [{ name: t('pipeline.perMinute'), values: minutes.map(({ events }) => events) }],
            }
      }
    />
  );
}

function Readers({ pipeline }: { readonly pipeline: Pipeline }) {
  const { t } = useTranslation('collect');
  const locale = useLocale();
  return (
    <Card flush title={t('pipeline.readers')} hint={t('pipeline.readersHint')}>
      <DataTable<Pipeline['readers'][number]>
        label={t('pipeline.readers')}
        rowKey={(reader) => reader.name}
        columns={[
          {
            key: 'name',
            title: t('pipeline.reader'),
            render: (reader) => t(`readers.${reader.name}`, { defaultValue: reader.name }),
          },
          {
            key: 'batches',
            title: t('pipeline.batches'),
            align: 'right',
            render: (reader) => <Count value={reader.batches} />,
          },
          {
            key: 'age',
            title: t('pipeline.behind'),
            align: 'right',
            render: (reader) => formatDuration(reader.ageMs, locale),
          },
        ]}
        list={rowsAtHand(pipeline.readers)}
        empty={<EmptyState compact title={t('pipeline.noReaders')} />}
      />
    </Card>
  );
}
