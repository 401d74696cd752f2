import { findOrder, listOrders, orderFigures, revealOrder, reviewOrder } from '@shuke/server/contracts/orders';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { channelText } from '../../i18n/channel-text.ts';
import type { Reply } from '../../lib/api.ts';
import { call } from '../../lib/api.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { DetailPage } from '../../ui/detail-page.tsx';
import { Count, Money, When, orDash } from '../../ui/formatted.tsx';
import { Card, Facts } from '../../ui/page.tsx';
import { Reveal } from '../../ui/reveal.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label, StatusTag } from '../../ui/status-tag.tsx';
import { rowsAtHand } from '../../ui/table-rows.ts';
import { ShipOrder } from '../shop/ship-order.tsx';
import { OrderFlags, OrderStatus } from './order-states.tsx';

import styles from './orders.module.css';

type Order = Reply<typeof findOrder>;

/** One order: what was bought, paid, shipped, refunded, and whether it counts. */
export function OrderPage() {
  const { t } = useTranslation('orders');
  const { orderId = '' } = useParams();
  const answer = useRead(findOrder, { params: { orderId } });
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const order = answer.data;
  return (
    <DetailPage
      title={order.orderNo}
      badges={
        <>
          <OrderStatus status={order.status} />
          {order.kind === 'sale' ? null : <Label tone="info">{t(`kinds.${order.kind}`)}</Label>}
          <OrderFlags flags={order.flags} isExcluded={order.isExcluded} />
        </>
      }
      back={{ label: t('list.title'), path: '/orders' }}
      actions={
        <>
          {isToShip(order) ? <ShipOrder orderId={order.orderId} /> : null}
          <ReviewActions order={order} />
        </>
      }
      summary={<Summary order={order} />}
      tabs={[
        { key: 'lines', label: t('order.lines', { count: order.lines.length }), content: <Lines order={order} /> },
        { key: 'money', label: t('order.money'), content: <MoneyTab order={order} /> },
        { key: 'shipments', label: t('order.shipments'), content: <Shipments order={order} /> },
        { key: 'cleaning', label: t('order.cleaning'), content: <Cleaning order={order} /> },
      ]}
    />
  );
}

/** Orders of other channels are shipped where they were placed. */
function isToShip({ channel, status }: Order): boolean {
  return channel === 'mall' && status === 'paid';
}

function Summary({ order }: { readonly order: Order }) {
  const { t } = useTranslation('orders');
  const reveal = (field: 'receiverName' | 'receiverPhone' | 'receiverAddress') => async (reason: string) =>
    (await call(revealOrder, { params: { orderId: order.orderId }, body: { field, reason } })).value;
  const steps = [
    ['placedAt', order.placedAt],
    ['paidAt', order.paidAt],
    ['shippedAt', order.shippedAt],
    ['receivedAt', order.receivedAt],
    ['cancelledAt', order.cancelledAt],
  ] as const;
  return (
    <>
      <Card title={t('order.receiver')}>
        <Facts
          items={[
            [
              t('order.customer'),
              order.customerId === null ? (
                t('order.anonymous')
              ) : (
                <Link key="customer" to={`/customers/${order.customerId}`}>
                  {order.customerName ?? t('order.openCustomer')}
                </Link>
              ),
            ],
            [
              t('order.receiverName'),
              <Reveal
                key="name"
                label={t('order.receiverName')}
                masked={order.receiverName}
                run={reveal('receiverName')}
              />,
            ],
            [
              t('order.receiverPhone'),
              <Reveal
                key="phone"
                label={t('order.receiverPhone')}
                masked={order.receiverPhone}
                run={reveal('receiverPhone')}
              />,
            ],
            [
              t('order.receiverAddress'),
              <Reveal
                key="address"
                label={t('order.receiverAddress')}
                masked={order.receiverAddress}
                run={reveal('receiverAddress')}
              />,
            ],
            [t('order.region'), order.region],
          ]}
        />
      </Card>
      <Card title={t('order.course')}>
        <Facts
          items={steps
            .filter(([, at]) => at !== null)
            .map(([step, at]) => [t(`order.${step}`), <When key={step} at={at} />])}
        />
      </Card>
      <Card title={t('order.origin')}>
        <Facts
          items={[
            [t('order.channel'), channelText(order.channel)],
            [t('order.shop'), order.shop],
            ...Object.entries(order.attribution).map(
              ([name, value]) => [t(`attribution.${name}`, { defaultValue: name }), String(value)] as const,
            ),
            [
              t('order.import'),
              order.importId === null ? null : (
                <Link key="import" to={`/order-imports/${order.importId}`}>
                  {t('order.openImport')}
                </Link>
              ),
            ],
            [t('order.recordedAt'), <When key="recorded" at={order.recordedAt} />],
          ]}
        />
      </Card>
    </>
  );
}

type Line = Order['lines'][number];

function Lines({ order }: { readonly order: Order }) {
  const { t } = useTranslation('orders');
  const money = (minor: number) => <Money fen={minor} currency={order.currency} />;
  const columns: Column<Line>[] = [
    {
      key: 'title',
      title: t('line.title'),
      render: (line) => (
        <div className={styles['goods']}>
          <strong>{line.title || line.skuCode}</strong>
          <span className={styles['quiet']}>{[line.spec, line.skuCode].filter(Boolean).join(' · ')}</span>
        </div>
      ),
    },
    { key: 'kind', title: t('line.kind'), render: (line) => t(`lineKinds.${line.kind}`, { defaultValue: line.kind }) },
    { key: 'price', title: t('line.unitPrice'), align: 'right', render: (line) => money(line.unitPriceMinor) },
    { key: 'quantity', title: t('line.quantity'), align: 'right', render: (line) => <Count value={line.quantity} /> },
    {
      key: 'discount',
      title: t('line.discount'),
      align: 'right',
      render: (line) => (line.discountMinor === 0 ? orDash(null) : money(line.discountMinor)),
    },
    { key: 'amount', title: t('line.amount'), align: 'right', render: (line) => money(line.amountMinor) },
    {
      key: 'flags',
      title: t('order.flag'),
      render: (line) => <OrderFlags flags={line.flags} isExcluded={line.isExcluded} />,
    },
  ];
  return (
    <Card flush title={t('order.goods')}>
      <DataTable<Line>
        label={t('order.goods')}
        columns={columns}
        rowKey={(line) => line.lineNo}
        list={rowsAtHand(order.lines)}
        empty={<EmptyState compact title={t('line.none')} />}
      />
      <dl className={styles['totals']}>
        {(
          [
            ['goods', order.goodsMinor],
            ['discount', -order.discountMinor],
            ['freight', order.freightMinor],
            ['tax', order.taxMinor],
            ['payable', order.payableMinor],
          ] as const
        )
          .filter(([name, amount]) => amount !== 0 || name === 'payable')
          .map(([name, amount]) => (
            <div key={name} data-total={name === 'payable'}>
              <dt>{t(`totals.${name}`)}</dt>
              <dd>{money(amount)}</dd>
            </div>
          ))}
      </dl>
    </Card>
  );
}

function MoneyTab({ order }: { readonly order: Order }) {
  const { t } = useTranslation('orders');
  type Payment = Order['payments'][number];
  type Refund = Order['refunds'][number];
  const refundTone = { requested: 'warn', done: 'good', refused: 'neutral' } as const;
  return (
    <>
      <Card flush title={t('money.payments')}>
        <DataTable<Payment>
          label={t('money.payments')}
          rowKey={(payment) => payment.paymentNo}
          columns={[
            {
              key: 'no',
              title: t('money.paymentNo'),
              render: (payment) => <span className="mono">{payment.paymentNo}</span>,
            },
            { key: 'method', title: t('money.method'), render: (payment) => orDash(payment.method) },
            { key: 'at', title: t('order.paidAt'), render: (payment) => <When at={payment.paidAt} shape="second" /> },
            {
              key: 'amount',
              title: t('money.amount'),
              align: 'right',
              render: (payment) => <Money fen={payment.amountMinor} currency={order.currency} />,
            },
          ]}
          list={rowsAtHand(order.payments)}
          empty={<EmptyState compact title={t('money.noPayments')} />}
        />
      </Card>
      <Card flush title={t('money.refunds')}>
        <DataTable<Refund>
          label={t('money.refunds')}
          rowKey={(refund) => refund.refundNo}
          columns={[
            {
              key: 'no',
              title: t('money.refundNo'),
              render: (refund) => <span className="mono">{refund.refundNo}</span>,
            },
            {
              key: 'status',
              title: t('order.status'),
              render: (refund) => (
                <StatusTag tone={refundTone[refund.status]}>{t(`refundStatuses.${refund.status}`)}</StatusTag>
              ),
            },
            { key: 'reason', title: t('money.reason'), render: (refund) => orDash(refund.reason) },
            {
              key: 'line',
              title: t('money.line'),
              render: (refund) => (refund.lineNo === null ? t('money.wholeOrder') : `#${refund.lineNo}`),
            },
            {
              key: 'at',
              title: t('money.refundedAt'),
              render: (refund) => <When at={refund.refundedAt ?? refund.requestedAt} />,
            },
            {
              key: 'amount',
              title: t('money.amount'),
              align: 'right',
              render: (refund) => <Money fen={refund.amountMinor} currency={order.currency} />,
            },
          ]}
          list={rowsAtHand(order.refunds)}
          empty={<EmptyState compact title={t('money.noRefunds')} />}
        />
      </Card>
    </>
  );
}

function Shipments({ order }: { readonly order: Order }) {
  const { t } = useTranslation('orders');
  return (
    <Card flush title={t('order.shipments')}>
      <DataTable<Order['shipments'][number]>
        label={t('order.shipments')}
        rowKey={(shipment) => shipment.shipmentNo}
        columns={[
          { key: 'carrier', title: t('shipment.carrier'), render: (shipment) => orDash(shipment.carrier) },
          {
            key: 'tracking',
            title: t('shipment.trackingNo'),
            render: (shipment) => <span className="mono">{shipment.trackingNo}</span>,
          },
          { key: 'shipped', title: t('order.shippedAt'), render: (shipment) => <When at={shipment.shippedAt} /> },
          { key: 'received', title: t('order.receivedAt'), render: (shipment) => <When at={shipment.receivedAt} /> },
        ]}
        list={rowsAtHand(order.shipments)}
        empty={<EmptyState compact title={t('shipment.none')} />}
      />
    </Card>
  );
}

function Cleaning({ order }: { readonly order: Order }) {
  const { t } = useTranslation('orders');
  const flags = [...new Set([...order.flags, ...order.lines.flatMap((line) => line.flags)])];
  return (
    <Card title={t('order.cleaning')} hint={t('cleaning.explainHint')}>
      <Facts
        items={[
          [t('order.counted'), order.isExcluded ? t('order.excluded') : t('order.included')],
          [t('order.countedAmount'), <Money key="counted" fen={order.countedMinor} currency={order.currency} />],
          [t('cleaning.decidedBy'), t(`reviews.${order.review}`)],
          [
            t('cleaning.version'),
            order.rulesVersion === 0
              ? t('cleaning.standardRules')
              : t('cleaning.versionNo', { version: order.rulesVersion }),
          ],
        ]}
      />
      <ul className={styles['reasons']}>
        {flags.length === 0 ? <li>{t('cleaning.noFlags')}</li> : null}
        {flags.map((flag) => (
          <li key={flag}>
            <strong>{t(`flags.${flag}`, { defaultValue: flag })}</strong>
            <span>{t(`flagReasons.${flag}`, { defaultValue: '' })}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function ReviewActions({ order }: { readonly order: Order }) {
  const { t } = useTranslation('orders');
  const may = useCan('orders.write');
  const review = useWrite(reviewOrder, { refreshes: [findOrder, listOrders, orderFigures] });
  if (!may) return null;
  const decide = (decision: Order['review']) => () =>
    review.mutateAsync({ params: { orderId: order.orderId }, body: { review: decision } });
  return (
    <>
      {order.review === 'auto' ? null : (
        <ConfirmAction
          label={t('review.auto')}
          title={t('review.autoTitle')}
          consequence={t('review.autoConsequence')}
          confirmLabel={t('review.auto')}
          run={decide('auto')}
        />
      )}
      {order.isExcluded ? (
        <ConfirmAction
          label={t('review.include')}
          title={t('review.includeTitle', { orderNo: order.orderNo })}
          consequence={t('review.includeConsequence')}
          confirmLabel={t('review.include')}
          run={decide('included')}
        />
      ) : (
        <ConfirmAction
          danger
          label={t('review.exclude')}
          title={t('review.excludeTitle', { orderNo: order.orderNo })}
          consequence={t('review.excludeConsequence')}
          confirmLabel={t('review.exclude')}
          run={decide('excluded')}
        />
      )}
    </>
  );
}
