import { Box, Go, Pic, Txt } from '@elements';
import { platform } from '@platform';
import { useState } from 'react';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import type { OrderSummary } from '../../api/types.ts';
import { useT } from '../../i18n/t.ts';
import { usePages } from '../../lib/query.ts';
import { formatOn } from '../../lib/when.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { buyAgain, cancelOrder, confirmReceipt } from '../../ui/order-actions.ts';
import { Page } from '../../ui/page.tsx';
import { Price } from '../../ui/price.tsx';
import { Bones, Empty, Failed } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';

import './index.css';

const tabKeys = ['all', 'unpaid', 'to_ship', 'to_receive', 'done', 'after_sales'] as const;
type TabKey = (typeof tabKeys)[number];

export default function OrdersPage(): ReactElement {
  const t = useT();
  const params = platform.usePageParams();
  const [tab, setTab] = useState<TabKey>(tabKeys.find((key) => key === params.tab) ?? 'all');
  const orders = usePages(`orders:${tab}`, (cursor) =>
    call('listOrders', { query: { tab, limit: 20, ...(cursor ? { cursor } : {}) } }),
  );
  platform.useReachEnd(orders.more);
  return (
    <Page title={t('orders.title')}>
      <Box className="orders-tabs">
        <Tabs
          label={t('orders.title')}
          tabs={tabKeys.map((key) => ({ key, text: t(`orders.${key}`) }))}
          current={tab}
          onTab={setTab}
        />
      </Box>
      <Box className="wrap wrap-narrow stack">
        {orders.items ? (
          orders.items.length > 0 ? (
            orders.items.map((order) => (
              <Card key={order.orderId} order={order} onChanged={() => void orders.reload()} />
            ))
          ) : (
            <Empty
              icon="box"
              title={t('orders.empty')}
              body={t('orders.emptyBody')}
              action={{ text: t('action.goShopping'), to: 'pages/home/index' }}
            />
          )
        ) : orders.error ? (
          <Failed error={orders.error} onRetry={() => void orders.reload()} />
        ) : (
          <Bones heights={[190, 190, 190]} />
        )}
      </Box>
    </Page>
  );
}

function Card({ order, onChanged }: { order: OrderSummary; onChanged: () => void }): ReactElement {
  const t = useT();
  const to = `pages/order/index?id=${order.orderId}`;
  const [first] = order.lines;
  return (
    <Box className="card">
      <Go className="orders-body" to={to} label={`${t('order.title')} ${order.orderNo}`}>
        <Box className="line">
          <Txt className="small muted num">{formatOn(order.placedAt)}</Txt>
          <Txt className={`small strong ${order.state === 'unpaid' ? 'text-price' : 'text-primary'}`}>
            {order.hasOpenRefund ? t('order.refundOpen') : t(`order.${order.state}`)}
          </Txt>
        </Box>
        <Box className="orders-pictures">
          {order.lines.slice(0, 4).map((line) => (
            <Box key={line.lineNo} className="thumb thumb-small">
              <Pic src={line.pictureUrl} alt="" width={64} />
            </Box>
          ))}
          {order.lines.length === 1 && first ? <Txt className="small clip2 grow">{first.title}</Txt> : null}
        </Box>
        <Box className="line">
          <Txt className="small muted">{t('order.pieces', { count: order.quantity })}</Txt>
          <Price amountFen={order.payableFen} size="m" isInk />
        </Box>
      </Go>
      <Box className="orders-actions">
        {order.can.cancel ? (
          <Button
            kind="quiet"
            size="small"
            onTap={() => void cancelOrder(order.orderId).then((done) => done && onChanged())}
          >
            {t('order.cancel')}
          </Button>
        ) : null}
        {order.can.pay ? (
          <ButtonLink size="small" to={`pages/pay/index?order=${order.orderId}`}>
            {t('order.pay')}
          </ButtonLink>
        ) : (
          <Button kind="quiet" size="small" onTap={() => void buyAgain(order)}>
            {t('order.again')}
          </Button>
        )}
        {order.can.confirmReceipt ? (
          <Button size="small" onTap={() => void confirmReceipt(order.orderId).then((done) => done && onChanged())}>
            {t('order.receive')}
          </Button>
        ) : null}
      </Box>
    </Box>
  );
}
