import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { emit } from '#platform/outbox';

import { applyRules } from './apply-order.ts';
import type { Review } from './clean-order.ts';
import { rulesInForce } from './cleaning-rules.ts';
import { exclusionEvent } from './order-events.ts';
import { loadChildren, updateOrders } from './order-store.ts';
import { findOrderRow } from './order-views.ts';
import { textsOf } from './plan-order.ts';
import { writeLineFlags } from './write-flags.ts';

/** Decides by hand whether an order, or one line of it, counts in analysis, against the rules; `auto` leaves it to them again. Audited. */
export async function reviewOrder(
  ctx: Context,
  orderId: string,
  { review, lineNo }: { readonly review: Review; readonly lineNo?: number | undefined },
): Promise<void> {
  const before = await findOrderRow(ctx, orderId, 'for update');
  const stored = (await loadChildren(ctx, [orderId])).lines.get(orderId) ?? [];
  const reviewed = lineNo === undefined ? { ...before, review } : before;
  const lines = stored.map((line) => (line.line_no === lineNo ? { ...line, review } : line));
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const cleaned = applyRules(await rulesInForce(ctx), reviewed, lines, textsOf(before, vault));
  await updateOrders(ctx, [{ ...cleaned.row, changed_at: ctx.now }]);
  await writeLineFlags(ctx, cleaned.lines);
  const isMoved = cleaned.row.is_excluded !== before.is_excluded || cleaned.row.counted_minor !== before.counted_minor;
  if (isMoved) await emit(ctx, [exclusionEvent(ctx.tenantId, cleaned.row, ctx.now)]);
  await audit(ctx, {
    action: 'orders.review',
    objectType: 'order',
    objectId: orderId,
    details: { review, ...(lineNo === undefined ? {} : { lineNo }) },
  });
}
