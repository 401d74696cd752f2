import { listEventNames } from '@shuke/server/contracts/collect';
import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';

import { eventText } from '../../i18n/event-text.ts';
import type { Reply } from '../../lib/api.ts';
import { useRead } from '../../lib/query.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Count, When, orDash } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { rowsOf } from '../../ui/table-rows.ts';

type EventName = Reply<typeof listEventNames>['items'][number];

/** Event names as received, with how they depart from the catalogue. */
export function EventNames({ sourceId }: { readonly sourceId?: number }) {
  const { t } = useTranslation('collect');
  const names = useRead(listEventNames, { query: sourceId === undefined ? {} : { sourceId } });
  const columns: Column<EventName>[] = [
    {
      key: 'name',
      title: t('events.name'),
      render: (event) => (
        <Tooltip title={event.eventName}>
          <strong>{eventText(event.eventName)}</strong>
        </Tooltip>
      ),
    },
    {
      key: 'kind',
      title: t('events.kind'),
      render: (event) => (
        <Label tone={event.standard ? 'brand' : 'neutral'}>
          {t(event.standard ? 'events.standard' : 'events.custom')}
        </Label>
      ),
    },
    ...(sourceId === undefined
      ? [{ key: 'source', title: t('sources.source'), render: (event: EventName) => orDash(event.sourceName) }]
      : []),
    { key: 'events', title: t('events.count'), align: 'right', render: (event) => <Count value={event.events} /> },
    { key: 'first', title: t('events.firstAt'), render: (event) => <When at={event.firstAt} shape="date" /> },
    { key: 'last', title: t('events.lastAt'), render: (event) => <When at={event.lastAt} shape="relative" /> },
    {
      key: 'drift',
      title: t('events.drift'),
      render: (event) =>
        orDash(
          event.drift.length === 0 ? null : (
            <span style={{ display: 'flex', flexWrap: 'wrap', gap: 4 }}>
              {event.drift.map(({ problem, events }) => (
                <Label key={problem} tone="warn">
                  <span className="mono">{problem}</span> × {events}
                </Label>
              ))}
            </span>
          ),
        ),
    },
  ];
  return (
    <Card flush title={t('events.seen')} hint={t('events.seenHint')}>
      <DataTable<EventName>
        label={t('events.seen')}
        columns={columns}
        rowKey={(event) => `${event.sourceId} ${event.eventName}`}
        list={rowsOf(names, ({ items }) => items)}
        empty={<EmptyState title={t('events.empty')} hint={t('events.emptyHint')} />}
      />
    </Card>
  );
}
