import { platform } from '@platform';

import { call } from '../api/client.ts';
import type { Order, OrderSummary } from '../api/types.ts';
import { t } from '../i18n/t.ts';
import { addToCart } from '../lib/cart.ts';
import { confirm } from '../lib/confirm.ts';
import { toast, toastError } from '../lib/toast.ts';

/** Cancels after asking; null when it was not done. */
export async function cancelOrder(orderId: string): Promise<Order | null> {
  const isSure = await confirm({
    title: t('order.cancelTitle'),
    body: t('order.cancelBody'),
    yes: t('order.cancel'),
    isDangerous: true,
  });
  if (!isSure) return null;
  return settle(() => call('cancelOrder', { params: { orderId }, body: {} }), t('order.cancelDone'));
}

/** Confirms receipt after asking; null when it was not done. */
export async function confirmReceipt(orderId: string): Promise<Order | null> {
  const isSure = await confirm({
    title: t('order.receiveTitle'),
    body: t('order.receiveBody'),
    yes: t('order.receive'),
  });
  if (!isSure) return null;
  return settle(() => call('confirmReceipt', { params: { orderId }, body: {} }), t('order.receiveDone'));
}

async function settle(request: () => Promise<Order>, done: string): Promise<Order | null> {
  try {
    const order = await request();
    toast(done, 'good');
    return order;
  } catch (error) {
    toastError(error);
    return null;
  }
}

/** Puts what was ordered into the cart again and goes there. */
export async function buyAgain({ lines }: Pick<OrderSummary, 'lines'>): Promise<void> {
  let added = 0;
  for (const { skuId, quantity } of lines) if (await addToCart(skuId, quantity)) added += 1;
  if (added === 0) return;
  toast(t('order.againDone'), 'good');
  platform.open('pages/cart/index');
}
