import { listOrders } from '@shuke/server/contracts/orders';
import i18next from 'i18next';

import { channelText } from '../../i18n/channel-text.ts';
import { call } from '../../lib/api.ts';
import type { PaletteHit } from '../../lib/feature.ts';
import { formatMoney } from '../../lib/format.ts';

/** Orders by their whole number or by a whole phone number. */
export async function searchOrders(query: string, signal: AbortSignal): Promise<PaletteHit[]> {
  const { items } = await call(listOrders, { query: { search: query, limit: 5 } }, { signal });
  return items.map((order) => ({
    id: `order-${order.orderId}`,
    title: order.orderNo,
    detail: [
      channelText(order.channel),
      formatMoney(order.payableMinor, i18next.language === 'en' ? 'en' : 'zh-CN', { currency: order.currency }),
    ].join(' · '),
    path: `/orders/${order.orderId}`,
  }));
}
