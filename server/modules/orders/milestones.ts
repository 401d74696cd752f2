import type { OrderHead } from './new-order.ts';
import type { OrderRow } from './order-row.ts';

/** The times of the stages an order has passed: a later stage implies the earlier ones, at the next known time. */
export function milestones(
  head: OrderHead,
  sourceUpdatedAt: Date,
): Pick<OrderRow, 'paid_at' | 'shipped_at' | 'received_at' | 'cancelled_at'> {
  const { status } = head;
  const received = status === 'received';
  const shipped = received || status === 'shipped';
  const paid = shipped || status === 'paid';
  const receivedAt = head.receivedAt ?? (received ? sourceUpdatedAt : null);
  const shippedAt = head.shippedAt ?? (shipped ? (receivedAt ?? sourceUpdatedAt) : null);
  const paidAt = head.paidAt ?? (paid ? (shippedAt ?? sourceUpdatedAt) : null);
  return {
    paid_at: paidAt,
    shipped_at: shippedAt,
    received_at: receivedAt,
    cancelled_at: head.cancelledAt ?? (status === 'cancelled' ? sourceUpdatedAt : null),
  };
}
