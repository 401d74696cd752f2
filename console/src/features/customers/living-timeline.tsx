import { listTimeline } from '@shuke/server/contracts/customers';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { channelText } from '../../i18n/channel-text.ts';
import { eventText } from '../../i18n/event-text.ts';
import { useLocale } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { call } from '../../lib/api.ts';
import { queryKeyOf } from '../../lib/query.ts';
import { Card } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { Timeline } from '../../ui/timeline.tsx';
import { EventIcon } from './event-icon.tsx';
import { detailText, eventTone } from './timeline-text.ts';

type Happening = Reply<typeof listTimeline>['items'][number];

const often = [
  'Order Paid',
  'Order Placed',
  'Order Refunded',
  'Product Viewed',
  'Product Added',
  'Page Viewed',
  'Coupon Received',
  'Coupon Used',
  'Points Earned',
  'Message Sent',
  'Message Opened',
  'Tag Added',
  'Segment Entered',
  'Customer Merged',
] as const;

/** Everything a customer did and everything done for them, newest first, as far back as one reads. */
export function LivingTimeline({ customerId }: { readonly customerId: number }) {
  const { t } = useTranslation('customers');
  const locale = useLocale();
  const [name, setName] = useState<string | null>(null);
  const query = useInfiniteQuery({
    queryKey: [...queryKeyOf(listTimeline, { customerId, name }), 'timeline'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      call(
        listTimeline,
        {
          params: { customerId },
          query: { ...(name === null ? {} : { name }), ...(pageParam === null ? {} : { cursor: pageParam }) },
        },
        { signal },
      ),
    getNextPageParam: (last) => last.nextCursor,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const content = query.isPending ? (
    <PageSkeleton />
  ) : query.isError ? (
    <ErrorState error={query.error} retry={() => void query.refetch()} />
  ) : items.length === 0 ? (
    <EmptyState title={t('timeline.empty')} hint={t(name === null ? 'timeline.emptyHint' : 'timeline.emptyFiltered')} />
  ) : (
    <>
      <Timeline
        items={items.map((item, index) => ({
          key: `${item.at} ${item.name} ${index}`,
          at: item.at,
          tone: eventTone(item.name),
          icon: <EventIcon name={item.name} />,
          title: <Title item={item} />,
          detail: detailText(t, item.details, locale) || undefined,
        }))}
      />
      {query.hasNextPage ? (
        <Button block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('timeline.older')}
        </Button>
      ) : null}
    </>
  );
  return (
    <Card
      title={t('tabs.timeline')}
      hint={t('timeline.hint')}
      extra={
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('timeline.filter')}
          placeholder={t('timeline.filter')}
          style={{ minWidth: 168 }}
          value={name}
          options={often.map((value) => ({ value, label: eventText(value) }))}
          onChange={(value: string | undefined) => setName(value ?? null)}
        />
      }
    >
      {content}
    </Card>
  );
}

const orderId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/;

function Title({ item }: { readonly item: Happening }) {
  const linked = item.name.startsWith('Order ') && orderId.test(item.reference);
  return (
    <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: 8, alignItems: 'center' }}>
      {linked ? <Link to={`/orders/${item.reference}`}>{eventText(item.name)}</Link> : eventText(item.name)}
      {item.channel === '' ? null : <Label>{channelText(item.channel)}</Label>}
    </span>
  );
}
