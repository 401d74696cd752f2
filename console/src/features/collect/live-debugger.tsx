import { PauseOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { listRecentEvents } from '@shuke/server/contracts/collect';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { eventText } from '../../i18n/event-text.ts';
import type { Reply } from '../../lib/api.ts';
import { call } from '../../lib/api.ts';
import { queryKeyOf } from '../../lib/query.ts';
import { When } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';

import styles from './collect.module.css';

type RecentEvent = Reply<typeof listRecentEvents>['items'][number];

const followEveryMs = 2_000;
const shownAtMost = 200;

/** What a source sends, as it arrives; personal data is left out or masked by the server. */
export function LiveDebugger({ sourceId }: { readonly sourceId: number }) {
  const { t } = useTranslation('collect');
  const [following, setFollowing] = useState(true);
  const { events, error, isPending, retry } = useRecentEvents(sourceId, following);
  const content = isPending ? (
    <PageSkeleton />
  ) : error !== null && events.length === 0 ? (
    <ErrorState error={error} retry={retry} />
  ) : events.length === 0 ? (
    <EmptyState title={t('live.empty')} hint={t('live.emptyHint')} />
  ) : (
    <div className={styles['live']}>
      {events.map((event) => (
        <EventLine key={event.position} event={event} />
      ))}
    </div>
  );
  return (
    <Card
      flush
      title={t('live.title')}
      hint={t('live.hint')}
      extra={
        <div className={styles['bar']}>
          {following && error === null ? <span className={styles['pulse']} aria-hidden /> : null}
          <Button
            icon={following ? <PauseOutlined /> : <PlayCircleOutlined />}
            onClick={() => setFollowing(!following)}
          >
            {t(following ? 'live.pause' : 'live.follow')}
          </Button>
        </div>
      }
    >
      {content}
    </Card>
  );
}

/** The newest events first; each further page is what arrived since the newest one shown. */
function useRecentEvents(sourceId: number, following: boolean) {
  const query = useInfiniteQuery({
    queryKey: [...queryKeyOf(listRecentEvents, { sourceId }), 'live'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      call(
        listRecentEvents,
        { params: { sourceId }, query: pageParam === null ? {} : { after: pageParam } },
        { signal },
      ),
    getNextPageParam: (last, _pages, lastParam) => newest(last.items) ?? lastParam,
    // Asking for the first page again would lose what was followed since.
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const { fetchNextPage, refetch, data } = query;
  const started = data !== undefined;
  const hasAny = newest(data?.pages.flatMap(({ items }) => items) ?? []) !== null;
  useEffect(() => {
    if (!following || !started) return undefined;
    const timer = setInterval(() => void (hasAny ? fetchNextPage() : refetch()), followEveryMs);
    return () => clearInterval(timer);
  }, [following, started, hasAny, fetchNextPage, refetch]);
  const seen = new Map<string, RecentEvent>();
  for (const event of data?.pages.flatMap(({ items }) => items) ?? []) seen.set(event.position, event);
  const events = [...seen.values()].toSorted((one, other) => (BigInt(one.position) < BigInt(other.position) ? 1 : -1));
  return {
    events: events.slice(0, shownAtMost),
    error: query.error,
    isPending: query.isPending,
    retry: () => void refetch(),
  };
}

function newest(events: readonly RecentEvent[]): string | null {
  return events.reduce<string | null>(
    (best, { position }) => (best === null || BigInt(position) > BigInt(best) ? position : best),
    null,
  );
}

function EventLine({ event }: { readonly event: RecentEvent }) {
  const { t } = useTranslation('collect');
  return (
    <details className={styles['event']}>
      <summary>
        <When at={event.receivedAt} shape="time" />
        <strong>{eventText(event.name)}</strong>
        <span className={styles['ids']}>
          {event.identifiers.map(({ kind, masked }) => (
            <Label key={`${kind} ${masked}`}>
              {t(`common:identifierKinds.${kind}`, { defaultValue: kind })} {masked}
            </Label>
          ))}
        </span>
        {event.drift.length > 0 ? (
          <Label tone="warn">{t('live.drift', { count: event.drift.length })}</Label>
        ) : (
          <span />
        )}
      </summary>
      <div className={styles['inside']}>
        {event.drift.length > 0 ? <p className={styles['quiet']}>{event.drift.join(' · ')}</p> : null}
        <pre className={styles['code']}>
          {JSON.stringify(
            {
              messageId: event.messageId,
              type: event.type,
              occurredAt: event.occurredAt,
              customerId: event.customerId,
              properties: event.properties,
              context: event.context,
            },
            null,
            2,
          )}
        </pre>
        {event.hidden > 0 ? <p className={styles['quiet']}>{t('live.hidden', { count: event.hidden })}</p> : null}
      </div>
    </details>
  );
}
