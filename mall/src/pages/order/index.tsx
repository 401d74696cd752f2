import { Box, Go, Heading, Pic, Tap, Txt } from '@elements';
import { platform } from '@platform';
import type { ReactElement, ReactNode } from 'react';

import { call } from '../../api/client.ts';
import type { Order, Refund } from '../../api/types.ts';
import { useT } from '../../i18n/t.ts';
import { addressText } from '../../lib/address-text.ts';
import { confirm } from '../../lib/confirm.ts';
import { formatFen } from '../../lib/money.ts';
import { formatPhone } from '../../lib/phone.ts';
import { putQuery, useQuery } from '../../lib/query.ts';
import { useShop } from '../../lib/shop.ts';
import { toast, toastError } from '../../lib/toast.ts';
import { useLeft } from '../../lib/use-left.ts';
import { formatAt, formatLeft } from '../../lib/when.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icon.tsx';
import { buyAgain, cancelOrder, confirmReceipt } from '../../ui/order-actions.ts';
import { Page } from '../../ui/page.tsx';
import { PriceSteps } from '../../ui/price-steps.tsx';
import { Price } from '../../ui/price.tsx';
import { Bones, Failed } from '../../ui/states.tsx';

import './index.css';

export default function OrderPage(): ReactElement {
  const t = useT();
  const { id = '' } = platform.usePageParams();
  const key = `order:${id}`;
  const { data: order, error, reload } = useQuery(key, () => call('findOrder', { params: { orderId: id } }));
  const changed = (next: Order | null): void => {
    if (next) putQuery(key, next);
  };
  return (
    <Page title={t('order.title')} isBarNarrow bar={order ? <Actions order={order} onChanged={changed} /> : undefined}>
      {order ? (
        <Box className="wrap wrap-narrow stack">
          <State order={order} />
          <Parcels order={order} />
          <Address order={order} />
          <Lines order={order} />
          <Refunds order={order} onChanged={changed} />
          <Facts order={order} />
        </Box>
      ) : error ? (
        <Failed error={error} onRetry={() => void reload()} />
      ) : (
        <Bones heights={[100, 84, 220, 160]} />
      )}
    </Page>
  );
}

const icons: Readonly<Record<Order['state'], IconName>> = {
  unpaid: 'clock',
  paid: 'box',
  shipped: 'truck',
  received: 'check',
  cancelled: 'close',
  refunded: 'refresh',
};

function State({ order }: { order: Order }): ReactElement {
  const t = useT();
  const leftS = useLeft(order.state === 'unpaid' ? order.payBefore : null);
  return (
    <Box className="order-state" live>
      <Icon name={icons[order.state]} size="large" />
      <Box className="grow">
        <Heading level={2} className="h1">
          {order.hasOpenRefund ? t('order.refundOpen') : t(`order.${order.state}`)}
        </Heading>
        <Box className="small num">
          {t(order.hasOpenRefund ? 'order.refundOpenBody' : `order.${order.state}Body`, {
            left: formatLeft(leftS ?? 0),
          })}
        </Box>
      </Box>
    </Box>
  );
}

function Parcels({ order }: { order: Order }): ReactElement | null {
  const t = useT();
  if (order.shipments.length === 0) return null;
  const copy = (trackingNo: string): void => {
    void platform.copy(trackingNo).then((isCopied) => isCopied && toast(t('action.copied'), 'good'));
  };
  return (
    <Box className="card card-flat">
      {order.shipments.map(({ shipmentNo, carrier, trackingNo }, at) => (
        <Box key={shipmentNo} className={`list-row ${at === 0 ? 'is-first' : ''}`}>
          <Icon name="truck" />
          <Box className="grow">
            <Box>{t('order.parcel', { carrier })}</Box>
            <Box className="small muted num">{trackingNo}</Box>
          </Box>
          <Tap className="icon-button" label={`${t('action.copy')} ${trackingNo}`} onTap={() => copy(trackingNo)}>
            <Icon name="link" size="small" />
          </Tap>
        </Box>
      ))}
    </Box>
  );
}

function Address({ order: { address } }: { order: Order }): ReactElement {
  return (
    <Box className="card line line-start">
      <Icon name="pin" />
      <Box className="grow">
        <Box className="strong">
          {address.name} <Txt className="num muted">{formatPhone(address.phone)}</Txt>
        </Box>
        <Box className="small muted">{addressText(address)}</Box>
      </Box>
    </Box>
  );
}

function Lines({ order }: { order: Order }): ReactElement {
  const t = useT();
  return (
    <Box className="card">
      {order.lines.map((line) => (
        <Go key={line.lineNo} className="order-line" to={`pages/product/index?id=${line.productId}`}>
          <Box className="thumb thumb-small">
            <Pic src={line.pictureUrl} alt="" width={64} />
          </Box>
          <Box className="grow">
            <Box className="clip2 small">{line.title}</Box>
            {line.spec ? <Box className="tiny muted clip">{line.spec}</Box> : null}
            {line.refundedQuantity > 0 ? (
              <Box className="tiny text-price">{t('order.refundedPieces', { count: line.refundedQuantity })}</Box>
            ) : null}
          </Box>
          <Box className="order-line-price">
            <Price amountFen={line.unitFen} isInk />
            <Box className="tiny muted num">×{line.quantity}</Box>
          </Box>
        </Go>
      ))}
      <Box className="divide" />
      <PriceSteps goodsFen={order.totals.goodsFen} steps={order.steps} freightFen={order.totals.freightFen} />
      <Box className="divide" />
      <Box className="line">
        <Txt className="strong">{t(order.paidAt ? 'order.payable' : 'checkout.payable')}</Txt>
        <Price amountFen={order.payableFen} size="m" />
      </Box>
    </Box>
  );
}

function Refunds({
  order,
  onChanged,
}: {
  order: Order;
  onChanged: (order: Order | null) => void;
}): ReactElement | null {
  const t = useT();
  const currency = useShop()?.brand.currency;
  if (order.refunds.length === 0) return null;
  const withdraw = async (refund: Refund): Promise<void> => {
    const isSure = await confirm({
      title: t('refund.withdrawTitle'),
      body: t('refund.withdrawBody'),
      yes: t('refund.withdraw'),
    });
    if (!isSure) return;
    try {
      onChanged(
        await call('withdrawRefund', { params: { orderId: order.orderId, refundId: refund.refundId }, body: {} }),
      );
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Box className="card stack-plain">
      <Heading level={2} className="h3">
        {t('order.refunds')}
      </Heading>
      {order.refunds.map((refund) => (
        <Box key={refund.refundId} className="stack-plain order-refund">
          <Box className="line">
            <Txt>{t(`refund.${refund.kind}`)}</Txt>
            <Txt className="strong num">{formatFen(refund.amountFen, currency)}</Txt>
          </Box>
          <Box className="line">
            <Txt className="small muted num">{formatAt(refund.requestedAt)}</Txt>
            <Txt className="badge">{t(refund.state === 'done' ? 'refund.doneState' : `refund.${refund.state}`)}</Txt>
          </Box>
          {refund.reply ? <Box className="small">{t('refund.reply', { reply: refund.reply })}</Box> : null}
          {refund.state === 'requested' ? (
            <Button kind="quiet" size="small" onTap={() => void withdraw(refund)}>
              {t('refund.withdraw')}
            </Button>
          ) : null}
        </Box>
      ))}
    </Box>
  );
}

function Facts({ order }: { order: Order }): ReactElement {
  const t = useT();
  const at = (instant: string | null): ReactNode => (instant ? formatAt(instant) : null);
  const rows: readonly [string, ReactNode][] = [
    [t('order.no'), order.orderNo],
    [t('order.placedAt'), at(order.placedAt)],
    [t('order.paidAt'), at(order.paidAt)],
    [t('order.shippedAt'), at(order.shippedAt)],
    [t('order.receivedAt'), at(order.receivedAt)],
    [t('order.cancelledAt'), at(order.cancelledAt)],
    [t('order.remark'), order.remark],
  ];
  return (
    <Box className="card stack-plain small">
      {rows
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <Box key={name} className="line line-top">
            <Txt className="muted">{name}</Txt>
            <Txt className="num order-fact">{value}</Txt>
          </Box>
        ))}
    </Box>
  );
}

function Actions({ order, onChanged }: { order: Order; onChanged: (order: Order | null) => void }): ReactElement {
  const t = useT();
  return (
    <Box className="grow order-actions">
      {order.can.refund ? (
        <ButtonLink kind="quiet" to={`pages/refund/index?id=${order.orderId}`}>
          {t('order.refund')}
        </ButtonLink>
      ) : null}
      {order.can.cancel ? (
        <Button kind="quiet" onTap={() => void cancelOrder(order.orderId).then(onChanged)}>
          {t('order.cancel')}
        </Button>
      ) : null}
      {order.can.pay ? (
        <ButtonLink to={`pages/pay/index?order=${order.orderId}`}>{t('order.pay')}</ButtonLink>
      ) : (
        <Button kind={order.can.confirmReceipt ? 'quiet' : 'line'} onTap={() => void buyAgain(order)}>
          {t('order.again')}
        </Button>
      )}
      {order.can.confirmReceipt ? (
        <Button onTap={() => void confirmReceipt(order.orderId).then(onChanged)}>{t('order.receive')}</Button>
      ) : null}
    </Box>
  );
}
