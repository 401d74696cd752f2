import { listSegmentMembers } from '@shuke/server/contracts/segments';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useRead } from '../../lib/query.ts';
import { CustomerLink } from '../../ui/customer-link.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { rowsOf } from '../../ui/table-rows.ts';

type Person = Reply<typeof listSegmentMembers>['items'][number];

const pageSize = 50;

/** The people in a segment. */
export function SegmentMembers({ segmentId }: { readonly segmentId: string }) {
  const { t } = useTranslation('segments');
  // Where each page seen so far began.
  const [starts, setStarts] = useState<readonly number[]>([0]);
  const after = starts.at(-1) ?? 0;
  const members = useRead(
    listSegmentMembers,
    { params: { segmentId }, query: { after, limit: pageSize } },
    { keepPrevious: true },
  );
  const last = members.data?.items.at(-1)?.customerId;
  const list = {
    ...rowsOf(members, ({ items }) => items),
    isRefreshing: members.isPlaceholderData,
    total: members.data?.total ?? null,
    pageIndex: starts.length - 1,
    hasPrevious: starts.length > 1,
    hasNext: members.data?.items.length === pageSize,
    previous: () => setStarts(starts.slice(0, -1)),
    next: () => {
      if (last !== undefined) setStarts([...starts, last]);
    },
  };
  return (
    <Card flush title={t('members.title')} hint={t('members.hint')}>
      <DataTable<Person>
        label={t('members.title')}
        rowKey={(person) => person.customerId}
        columns={[
          {
            key: 'name',
            title: t('members.customer'),
            render: (person) => <CustomerLink customerId={person.customerId} name={person.displayName} />,
          },
          {
            key: 'id',
            title: t('members.number'),
            render: (person) => <span className="mono">{person.customerId}</span>,
          },
          {
            key: 'why',
            title: '',
            align: 'right',
            render: (person) => <Link to={`?tab=why&customer=${person.customerId}`}>{t('members.why')}</Link>,
          },
        ]}
        list={list}
        empty={<EmptyState compact title={t('members.empty')} hint={t('members.emptyHint')} />}
      />
    </Card>
  );
}
