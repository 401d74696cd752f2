import type { NewOrder, OrderHead } from '../new-order.ts';

type Change = Partial<OrderHead> &
  Partial<Pick<NewOrder, 'buyer' | 'lines' | 'refunds' | 'sourceId' | 'storeId'>> & { minute?: number };

/** An order of ¥30 over two lines as a shop reports it at some minute after ten o'clock. */
export function anOrder(
  sourceOrderNo: string,
  { buyer, lines, refunds, sourceId = 7, storeId, minute = 0, ...head }: Change = {},
): NewOrder {
  const at = new Date(Date.UTC(2026, 9, 1, 10, minute));
  const payableMinor = head.payableMinor ?? 3_000;
  return {
    sourceId,
    sourceOrderNo,
    sourceUpdatedAt: at,
    channel: 'tmall',
    buyer,
    storeId,
    head: {
      status: 'placed',
      placedAt: new Date(Date.UTC(2026, 9, 1, 10)),
      payableMinor,
      paidMinor: payableMinor,
      ...head,
    },
    lines: lines ?? [
      { skuCode: 'A', title: '杯子', quantity: 1, unitPriceMinor: 1_000, amountMinor: 1_000 },
      { skuCode: 'B', title: '盘子', quantity: 2, unitPriceMinor: 1_000, amountMinor: 2_000 },
    ],
    refunds,
  };
}
