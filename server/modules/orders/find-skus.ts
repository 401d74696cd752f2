import { findSkusByCode } from '#catalog';

import type { NewLine, NewOrder, OrdersContext } from './new-order.ts';

/** Gives an order's lines the SKUs of the catalogue their codes mean. */
export interface SkuFinder {
  fill(order: NewOrder): readonly NewLine[];
}

/** Looks up, once for many orders, which of our SKUs the channels' codes mean. */
export async function findSkus(
  ctx: Pick<OrdersContext, 'tx' | 'tenantId'>,
  orders: readonly NewOrder[],
): Promise<SkuFinder> {
  const wanted = new Map<string, { sourceId: number; code: string }>();
  for (const { sourceId, lines = [] } of orders) {
    for (const { skuId, skuCode = '' } of lines) {
      if (skuId === undefined && skuCode !== '') wanted.set(`${sourceId}:${skuCode}`, { sourceId, code: skuCode });
    }
  }
  const found = await findSkusByCode(ctx, [...wanted.values()]);
  return {
    fill({ sourceId, lines = [] }) {
      if (found.size === 0) return lines;
      return lines.map((line) => {
        const sku = line.skuId === undefined ? found.get(`${sourceId}:${line.skuCode ?? ''}`) : undefined;
        return sku ? { ...line, ...sku } : line;
      });
    },
  };
}
