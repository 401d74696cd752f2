import {
  listDeadLetters,
  listSources,
  readDeadLetter,
  readPipeline,
  replayDeadLetters,
} from '@shuke/server/contracts/collect';
import { App, Button, Drawer } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { eventText } from '../../i18n/event-text.ts';
import type { Reply } from '../../lib/api.ts';
import { useList, useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { Count, When, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import type { BulkActionsProps } from '../../ui/list-page.tsx';
import { Facts } from '../../ui/page.tsx';
import { ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';

import styles from './collect.module.css';

type DeadLetter = Reply<typeof listDeadLetters>['items'][number];

const tones = { open: 'bad', replaying: 'info', replayed: 'good' } as const;

/** Events that were refused, why, and another chance for them. */
export function DeadLettersPage() {
  const { t } = useTranslation('collect');
  const mayReplay = useCan('collect.write');
  const [shown, setShown] = useState<string | null>(null);
  const sources = useRead(listSources, { query: { limit: 200 } }, { staleMs: 60_000 });
  const filters: Filter[] = [
    {
      kind: 'choice',
      key: 'status',
      label: t('letters.status'),
      options: (['open', 'replaying', 'replayed'] as const).map((value) => ({
        value,
        label: t(`letters.statuses.${value}`),
      })),
    },
    {
      kind: 'choice',
      key: 'sourceId',
      label: t('sources.source'),
      options: (sources.data?.items ?? []).map(({ sourceId, name }) => ({ value: String(sourceId), label: name })),
    },
    {
      kind: 'search',
      key: 'subscriber',
      label: t('letters.subscriber'),
      placeholder: t('letters.subscriberPlaceholder'),
    },
  ];
  const filterState = useFilters(filters);
  const { status, sourceId, subscriber } = filterState.values;
  const list = useList(listDeadLetters, {
    query: { status: status as DeadLetter['status'] | undefined, sourceId, subscriber },
  });
  const columns = useLetterColumns(setShown);
  return (
    <>
      <ListPage<DeadLetter>
        name="dead-letters"
        title={t('letters.title')}
        purpose={t('letters.purpose')}
        filters={filters}
        filterState={filterState}
        columns={columns}
        list={list}
        rowKey={(letter) => letter.deadLetterId}
        bulkActions={mayReplay ? Replay : undefined}
        empty={{ title: t('letters.empty'), hint: t('letters.emptyHint') }}
      />
      <LetterDrawer deadLetterId={shown} onClose={() => setShown(null)} />
    </>
  );
}

function useLetterColumns(open: (deadLetterId: string) => void): Column<DeadLetter>[] {
  const { t } = useTranslation('collect');
  return [
    {
      key: 'event',
      title: t('letters.event'),
      render: (letter) => (
        <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={() => open(letter.deadLetterId)}>
          {eventText(letter.eventName) || t('letters.noName')}
        </Button>
      ),
    },
    {
      key: 'reason',
      title: t('letters.reason'),
      render: (letter) => t(`reasons.${letter.reason}`, { defaultValue: letter.reason }),
    },
    {
      key: 'subscriber',
      title: t('letters.subscriber'),
      render: (letter) => <span className="mono">{letter.subscriber}</span>,
    },
    { key: 'source', title: t('sources.source'), render: (letter) => orDash(letter.sourceName) },
    { key: 'at', title: t('letters.at'), render: (letter) => <When at={letter.at} shape="second" /> },
    {
      key: 'attempts',
      title: t('letters.attempts'),
      align: 'right',
      render: (letter) => <Count value={letter.attempts} />,
    },
    {
      key: 'status',
      title: t('letters.status'),
      render: (letter) => <StatusTag tone={tones[letter.status]}>{t(`letters.statuses.${letter.status}`)}</StatusTag>,
    },
  ];
}

function Replay({ rows, done }: BulkActionsProps<DeadLetter>) {
  const { t } = useTranslation('collect');
  const { message } = App.useApp();
  const replay = useWrite(replayDeadLetters, {
    refreshes: [listDeadLetters, listSources, readPipeline],
    onDone: ({ replayed, refused }) => {
      done();
      void message.info(t('letters.replayResult', { replayed, refused }));
    },
  });
  const open = rows.filter(({ status }) => status !== 'replayed');
  return (
    <ConfirmAction
      button={{ size: 'small', type: 'primary', disabled: open.length === 0 }}
      label={t('letters.replay')}
      title={t('letters.replay')}
      consequence={t('letters.replayConsequence', { count: open.length })}
      confirmLabel={t('letters.replay')}
      run={() => replay.mutateAsync({ body: { deadLetterIds: open.map(({ deadLetterId }) => deadLetterId) } })}
    />
  );
}

function LetterDrawer({
  deadLetterId,
  onClose,
}: {
  readonly deadLetterId: string | null;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('collect');
  return (
    <Drawer title={t('letters.one')} size={560} open={deadLetterId !== null} onClose={onClose} destroyOnHidden>
      {deadLetterId === null ? null : <Letter deadLetterId={deadLetterId} />}
    </Drawer>
  );
}

function Letter({ deadLetterId }: { readonly deadLetterId: string }) {
  const { t } = useTranslation('collect');
  const read = useRead(readDeadLetter, { params: { deadLetterId } });
  if (read.isPending) return <PageSkeleton />;
  if (read.data === undefined) return <ErrorState error={read.error} retry={() => void read.refetch()} />;
  const { letter, content } = read.data;
  return (
    <div style={{ display: 'grid', gap: 20 }}>
      <Facts
        items={[
          [t('letters.event'), letter.eventName],
          [t('letters.reason'), t(`reasons.${letter.reason}`, { defaultValue: letter.reason })],
          [t('letters.message'), letter.message],
          [
            t('letters.subscriber'),
            <span key="subscriber" className="mono">
              {letter.subscriber}
            </span>,
          ],
          [t('sources.source'), letter.sourceName],
          [t('letters.at'), <When key="at" at={letter.at} shape="second" />],
          [
            t('letters.messageId'),
            <span key="id" className="mono">
              {letter.messageId}
            </span>,
          ],
        ]}
      />
      <pre className={styles['code']}>{JSON.stringify(content, null, 2)}</pre>
    </div>
  );
}
