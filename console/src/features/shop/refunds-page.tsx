import { listRefunds } from '@shuke/server/contracts/mall';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useList } from '../../lib/query.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { Money, When, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { DecideRefund } from './decide-refund.tsx';
import type { Refund } from './decide-refund.tsx';

const tones = { requested: 'warn', done: 'good', refused: 'neutral', withdrawn: 'neutral' } as const;

/** What buyers of our own mall ask back, and the decision about it. */
export function RefundsPage() {
  const { t } = useTranslation('shop');
  const filters: Filter[] = [
    {
      kind: 'choice',
      key: 'state',
      label: t('refund.state'),
      options: (Object.keys(tones) as Refund['state'][]).map((value) => ({ value, label: t(`refundStates.${value}`) })),
    },
    { kind: 'hidden', key: 'orderId', label: t('refund.ofOrder') },
  ];
  const filterState = useFilters(filters);
  const { state, orderId } = filterState.values;
  const list = useList(
    listRefunds,
    { query: { state: state as Refund['state'] | undefined, orderId } },
    { refetchEveryMs: 30_000 },
  );
  return (
    <ListPage<Refund>
      name="refunds"
      title={t('refunds.title')}
      purpose={t('refunds.purpose')}
      filters={filters}
      filterState={filterState}
      columns={useRefundColumns()}
      list={list}
      rowKey={(refund) => refund.refundId}
      empty={{ title: t('refunds.empty'), hint: t('refunds.emptyHint') }}
    />
  );
}

function useRefundColumns(): Column<Refund>[] {
  const { t } = useTranslation('shop');
  return [
    {
      key: 'order',
      title: t('refund.order'),
      render: (refund) => <Link to={`/orders/${refund.orderId}`}>{refund.orderNo}</Link>,
    },
    {
      key: 'state',
      title: t('refund.state'),
      render: (refund) => <StatusTag tone={tones[refund.state]}>{t(`refundStates.${refund.state}`)}</StatusTag>,
    },
    { key: 'kind', title: t('refund.kind'), render: (refund) => t(`refundKinds.${refund.kind}`) },
    {
      key: 'lines',
      title: t('refund.lines'),
      render: (refund) => orDash(refund.lines.map(({ title, quantity }) => `${title} × ${quantity}`).join(', ')),
    },
    { key: 'amount', title: t('refund.amount'), align: 'right', render: (refund) => <Money fen={refund.amountFen} /> },
    {
      key: 'reason',
      title: t('refund.reason'),
      render: (refund) => orDash([refund.reason, refund.description].filter(Boolean).join(' · ')),
    },
    { key: 'requested', title: t('refund.requestedAt'), render: (refund) => <When at={refund.requestedAt} /> },
    { key: 'reply', title: t('refund.reply'), render: (refund) => orDash(refund.reply), optional: true },
    {
      key: 'act',
      title: t('refund.act'),
      align: 'right',
      isPinned: true,
      render: (refund) => <DecideRefund refund={refund} />,
    },
  ];
}
