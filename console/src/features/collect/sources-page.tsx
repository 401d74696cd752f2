import { PlusOutlined } from '@ant-design/icons';
import { listSources, readPipeline } from '@shuke/server/contracts/collect';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useList, useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useUrlState } from '../../lib/url-state.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import { Count, When } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { Label, StatusTag } from '../../ui/status-tag.tsx';
import { SourceForm } from './source-form.tsx';
import { WriteKeyDialog } from './write-key-dialog.tsx';
import type { SourceWithKey } from './write-key-dialog.tsx';

export type Source = Reply<typeof listSources>['items'][number];

const noFilters = [] as const;

/** Where events come from. */
export function SourcesPage() {
  const { t } = useTranslation('collect');
  const [search, change] = useUrlState();
  const mayWrite = useCan('collect.write');
  const filterState = useFilters(noFilters);
  const list = useList(listSources, {});
  const pipeline = useRead(readPipeline, {}, { refetchEveryMs: 30_000 });
  const [made, setMade] = useState<SourceWithKey | null>(null);
  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => change({ new: '1' })}>
      {t('sources.create')}
    </Button>
  );
  const columns: Column<Source>[] = [
    {
      key: 'name',
      title: t('sources.name'),
      render: (source) => <Link to={`/settings/sources/${source.sourceId}`}>{source.name}</Link>,
    },
    { key: 'kind', title: t('sources.kind'), render: (source) => <Label>{t(`kinds.${source.kind}`)}</Label> },
    {
      key: 'state',
      title: t('sources.state'),
      render: (source) => (
        <StatusTag tone={source.enabled ? 'good' : 'neutral'}>
          {t(source.enabled ? 'sources.enabled' : 'sources.disabled')}
        </StatusTag>
      ),
    },
    { key: 'events', title: t('sources.events'), align: 'right', render: (source) => <Count value={source.events} /> },
    {
      key: 'last',
      title: t('sources.lastEvent'),
      render: (source) => <When at={source.lastEventAt} shape="relative" />,
    },
    {
      key: 'letters',
      title: t('sources.refused'),
      align: 'right',
      render: (source) =>
        source.openDeadLetters === 0 ? (
          <Count value={0} />
        ) : (
          <Link to={`/settings/dead-letters?status=open&sourceId=${source.sourceId}`}>
            <Count value={source.openDeadLetters} />
          </Link>
        ),
    },
    {
      key: 'key',
      title: t('sources.writeKey'),
      render: (source) => <span className="mono">{source.writeKeyHint}</span>,
      optional: true,
    },
    {
      key: 'limit',
      title: t('sources.limit'),
      align: 'right',
      render: (source) => <Count value={source.eventsPerS} />,
      optional: true,
    },
    {
      key: 'created',
      title: t('sources.createdAt'),
      render: (source) => <When at={source.createdAt} shape="date" />,
      optional: true,
    },
  ];
  const state = pipeline.data?.state;
  return (
    <>
      <ListPage<Source>
        name="sources"
        title={t('sources.title')}
        purpose={t('sources.purpose')}
        actions={mayWrite ? create : undefined}
        figures={[
          {
            label: t('pipeline.lastHour'),
            value: <Count compact value={pipeline.data?.throughput.reduce((sum, { events }) => sum + events, 0)} />,
            path: '/settings/pipeline',
          },
          {
            label: t('sources.refused'),
            value: <Count compact value={pipeline.data?.openDeadLetters} />,
            path: '/settings/dead-letters?status=open',
          },
          {
            label: t('pipeline.state'),
            value: state === undefined ? '—' : t(`pipeline.states.${state}`),
            path: '/settings/pipeline',
          },
        ]}
        figuresLoading={pipeline.isPending}
        filters={noFilters}
        filterState={filterState}
        columns={columns}
        list={list}
        rowKey={(source) => source.sourceId}
        rowPath={(source) => `/settings/sources/${source.sourceId}`}
        empty={{ title: t('sources.empty'), hint: t('sources.emptyHint'), action: mayWrite ? create : undefined }}
      />
      <SourceForm
        open={search.get('new') === '1'}
        source={null}
        onClose={() => change({ new: null })}
        onCreated={setMade}
      />
      <WriteKeyDialog made={made} onClose={() => setMade(null)} />
    </>
  );
}
