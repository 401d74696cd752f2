import { ImportOutlined } from '@ant-design/icons';
import { listOrders, orderFigures } from '@shuke/server/contracts/orders';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { channelText, knownChannels } from '../../i18n/channel-text.ts';
import { localDayEnd, localDayStart } from '../../lib/local-day.ts';
import { useList, useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import type { Column } from '../../ui/data-table.tsx';
import type { Figure } from '../../ui/figure-card.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { Count, Money, Percent, When, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { OrderFlags, OrderStatus, orderFlags, orderKinds, orderStatuses } from './order-states.tsx';
import type { OrderSummary } from './order-states.tsx';

/** Orders of all channels in one pool. */
export function OrdersPage() {
  const { t } = useTranslation('orders');
  const zone = useTimeZone();
  const mayImport = useCan('collect.import');
  const filters = useOrderFilters();
  const filterState = useFilters(filters);
  const { placedFrom, placedTo, status, kind, isExcluded, ...others } = filterState.values;
  const query = {
    ...others,
    status: status as OrderSummary['status'] | undefined,
    kind: kind as OrderSummary['kind'] | undefined,
    isExcluded: isExcluded as 'true' | 'false' | undefined,
    placedFrom: placedFrom === undefined ? undefined : localDayStart(placedFrom, zone),
    placedTo: placedTo === undefined ? undefined : localDayEnd(placedTo, zone),
  };
  const list = useList(listOrders, { query });
  const figures = useOrderFigures(query);
  const importLink = (
    <Link to="/order-imports?new=1">
      <Button type="primary" icon={<ImportOutlined />}>
        {t('imports.upload')}
      </Button>
    </Link>
  );
  return (
    <ListPage<OrderSummary>
      name="orders"
      title={t('list.title')}
      purpose={t('list.purpose')}
      actions={mayImport ? importLink : undefined}
      figures={figures.figures}
      figuresLoading={figures.isLoading}
      filters={filters}
      filterState={filterState}
      columns={useOrderColumns()}
      list={list}
      rowKey={(order) => order.orderId}
      rowPath={(order) => `/orders/${order.orderId}`}
      empty={{ title: t('list.empty'), hint: t('list.emptyHint'), action: mayImport ? importLink : undefined }}
    />
  );
}

function useOrderFilters(): Filter[] {
  const { t } = useTranslation('orders');
  return [
    { kind: 'search', key: 'search', label: t('list.search'), placeholder: t('list.searchPlaceholder') },
    {
      kind: 'choice',
      key: 'channel',
      label: t('order.channel'),
      options: knownChannels.map((value) => ({ value, label: channelText(value) })),
    },
    {
      kind: 'choice',
      key: 'status',
      label: t('order.status'),
      options: orderStatuses.map((value) => ({ value, label: t(`statuses.${value}`) })),
    },
    {
      kind: 'choice',
      key: 'kind',
      label: t('order.kind'),
      options: orderKinds.map((value) => ({ value, label: t(`kinds.${value}`) })),
    },
    {
      kind: 'choice',
      key: 'flag',
      label: t('order.flag'),
      options: orderFlags.map((value) => ({ value, label: t(`flags.${value}`) })),
    },
    {
      kind: 'choice',
      key: 'isExcluded',
      label: t('order.counted'),
      options: [
        { value: 'false', label: t('list.countedOnly') },
        { value: 'true', label: t('list.excludedOnly') },
      ],
    },
    { kind: 'period', key: 'placed', label: t('order.placedAt') },
    { kind: 'hidden', key: 'importId', label: t('list.ofImport') },
    { kind: 'hidden', key: 'customerId', label: t('list.ofCustomer') },
  ];
}

function useOrderFigures(query: Record<string, unknown>): { figures: Figure[]; isLoading: boolean } {
  const { t } = useTranslation('orders');
  const answer = useRead(orderFigures, { query }, { keepPrevious: true });
  // The currency with the most orders leads; others are named, never added to it.
  const [first, ...others] = (answer.data?.items ?? []).toSorted((one, other) => other.orders - one.orders);
  const elsewhere =
    others.length === 0
      ? undefined
      : t('list.otherCurrencies', { currencies: others.map(({ currency }) => currency).join(', ') });
  const currency = first?.currency ?? 'CNY';
  return {
    isLoading: answer.isPending,
    figures: [
      {
        label: t('list.turnover'),
        value: <Money compact fen={first?.countedMinor ?? 0} currency={currency} />,
        explanation: t('list.turnoverExplain'),
        note: elsewhere,
      },
      { label: t('list.orders'), value: <Count compact value={first?.orders ?? 0} /> },
      { label: t('list.refunded'), value: <Money compact fen={first?.refundedMinor ?? 0} currency={currency} /> },
      {
        label: t('list.identified'),
        value: <Percent ratio={first === undefined || first.orders === 0 ? null : first.identified / first.orders} />,
        explanation: t('list.identifiedExplain'),
      },
      {
        label: t('list.excluded'),
        value: <Count compact value={first?.excluded ?? 0} />,
        explanation: t('list.excludedExplain'),
        path: '/orders?isExcluded=true',
      },
    ],
  };
}

/** Columns of an order list; other pages show some of them. */
export function useOrderColumns(): Column<OrderSummary>[] {
  const { t } = useTranslation('orders');
  return [
    {
      key: 'orderNo',
      title: t('order.orderNo'),
      render: (order) => <Link to={`/orders/${order.orderId}`}>{order.orderNo}</Link>,
    },
    {
      key: 'channel',
      title: t('order.channel'),
      render: (order) => [channelText(order.channel), order.shop].filter(Boolean).join(' · '),
    },
    { key: 'status', title: t('order.status'), render: (order) => <OrderStatus status={order.status} /> },
    {
      key: 'customer',
      title: t('order.customer'),
      render: (order) =>
        order.customerId === null ? (
          orDash(order.receiverName)
        ) : (
          <Link to={`/customers/${order.customerId}`}>
            {order.receiverName ?? order.customerName ?? t('order.openCustomer')}
          </Link>
        ),
    },
    {
      key: 'receiverPhone',
      title: t('order.receiverPhone'),
      render: (order) => orDash(order.receiverPhone),
      optional: true,
    },
    { key: 'region', title: t('order.region'), render: (order) => orDash(order.region), optional: true },
    {
      key: 'payable',
      title: t('order.payable'),
      align: 'right',
      render: (order) => <Money fen={order.payableMinor} currency={order.currency} />,
    },
    {
      key: 'refunded',
      title: t('order.refunded'),
      align: 'right',
      render: (order) =>
        order.refundedMinor === 0 ? orDash(null) : <Money fen={order.refundedMinor} currency={order.currency} />,
    },
    {
      key: 'counted',
      title: t('order.countedAmount'),
      align: 'right',
      render: (order) => <Money fen={order.countedMinor} currency={order.currency} />,
      optional: true,
    },
    { key: 'placedAt', title: t('order.placedAt'), render: (order) => <When at={order.placedAt} /> },
    {
      key: 'flags',
      title: t('order.flag'),
      render: (order) => <OrderFlags flags={order.flags} isExcluded={order.isExcluded} />,
    },
    { key: 'kind', title: t('order.kind'), render: (order) => t(`kinds.${order.kind}`), optional: true },
  ];
}
