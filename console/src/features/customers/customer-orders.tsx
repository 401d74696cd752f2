import { listOrders } from '@shuke/server/contracts/orders';
import { useTranslation } from 'react-i18next';

import { useList } from '../../lib/query.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import type { OrderSummary } from '../orders/order-states.tsx';
import { useOrderColumns } from '../orders/orders-page.tsx';

const shown = new Set(['orderNo', 'channel', 'status', 'payable', 'refunded', 'placedAt', 'flags']);

/** A customer's orders on all channels. */
export function CustomerOrders({ customerId }: { readonly customerId: number }) {
  const { t } = useTranslation('customers');
  const list = useList(listOrders, { query: { customerId } });
  return (
    <Card flush title={t('tabs.orders')}>
      <DataTable<OrderSummary>
        label={t('tabs.orders')}
        columns={useOrderColumns().filter(({ key }) => shown.has(key))}
        rowKey={(order) => order.orderId}
        rowPath={(order) => `/orders/${order.orderId}`}
        list={list}
        empty={<EmptyState compact title={t('tabs.noOrders')} />}
      />
    </Card>
  );
}
