import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';
import { revealField } from '#platform/personal-data';

import { findOrderRow, personalFields } from './order-views.ts';
import type { OrderPersonalField } from './order-views.ts';

/** Shows one personal field of an order in plain text; audited with the reason, limited per day. */
export async function revealOrder(
  ctx: Context,
  orderId: string,
  { field, reason }: { readonly field: OrderPersonalField; readonly reason: string },
): Promise<string> {
  const row = await findOrderRow(ctx, orderId);
  const { column } = personalFields[field];
  const cipher = row[column];
  if (cipher === null) throw new NotFound(field);
  const place = { table: 'orders.orders', column, rowId: orderId };
  return revealField(ctx, { place, cipher, reason, subject: { type: 'order', id: orderId }, action: 'orders.reveal' });
}
