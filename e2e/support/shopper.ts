import { randomUUID } from 'node:crypto';

import type { APIRequestContext, BrowserContext } from 'playwright-core';

interface Options {
  readonly context: BrowserContext;
  readonly deviceId: string;
}

/** Makes the visitor of a context a customer with an address, an unpaid and a paid order and something in the cart. */
export async function becomeShopper({ context, deviceId }: Options) {
  const { request } = context;
  const send = sender(request, deviceId);
  const phone = `138${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;
  const { sandboxCode } = await send<{ sandboxCode: string }>('POST', 'sign-in/codes', { phone });
  await send('POST', 'sign-in', { phone, code: sandboxCode });
  const { addressId } = await send<{ addressId: string }>('POST', 'addresses', {
    name: '林小满',
    phone: '13900001234',
    province: '浙江省',
    city: '杭州市',
    district: '西湖区',
    street: '文三路 1 号',
    isDefault: true,
  });
  const { items } = await send<{ items: { productId: string }[] }>('GET', 'products?limit=1&sort=price_desc');
  const productId = items[0]?.productId ?? '';
  const { skus } = await send<{ skus: { skuId: string }[] }>('GET', `products/${productId}`);
  const skuId = skus[0]?.skuId ?? '';
  await send('POST', 'cart/lines', { skuId, quantity: 1 });
  const order = async (): Promise<string> => {
    const choice = { lines: [{ skuId, quantity: 1 }], addressId };
    const quote = await send<{ quoteHash: string; totals: { payableFen: number } }>('POST', 'checkout/quotes', choice);
    const placed = await send<{ orderId: string }>('POST', 'orders', {
      ...choice,
      submitKey: randomUUID(),
      quoteHash: quote.quoteHash,
      payableFen: quote.totals.payableFen,
    });
    return placed.orderId;
  };
  const unpaidOrderId = await order();
  const paidOrderId = await order();
  const { paymentId } = await send<{ paymentId: string }>('POST', `orders/${paidOrderId}/payments`, {});
  await send('POST', `payments/${paymentId}/sandbox`, { outcome: 'pay' });
  return { productId, addressId, unpaidOrderId, paidOrderId, paymentId };
}

function sender(request: APIRequestContext, deviceId: string) {
  return async <T>(method: 'GET' | 'POST', path: string, data?: unknown): Promise<T> => {
    const reply = await request.fetch(`/api/mall/${path}`, {
      method,
      headers: { 'x-device-id': deviceId },
      ...(data === undefined ? {} : { data }),
    });
    if (!reply.ok()) throw new Error(`${method} ${path}: ${reply.status()} ${await reply.text()}`);
    return (await reply.json()) as T;
  };
}
