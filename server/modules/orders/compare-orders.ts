import { comparedFlags } from './clean-order.ts';
import type { CleaningRules, Flag } from './clean-order.ts';
import type { OrdersContext } from './new-order.ts';

/** The flags found here, as text. */
export const comparisons: readonly string[] = comparedFlags;

/**
 * Finds, among some orders, those that only look wrong beside others: the same buyer ordering the same goods again within minutes, and
 * receivers who get many orders of different buyers in a short time. By order id.
 */
export async function findCompared(
  ctx: Pick<OrdersContext, 'tx' | 'tenantId'>,
  rules: CleaningRules,
  orderIds: readonly string[],
): Promise<Map<string, Flag[]>> {
  const found = new Map<string, Flag[]>();
  const add = (ids: readonly { order_id: string }[], flag: Flag) => {
    for (const { order_id: id } of ids) found.set(id, [...(found.get(id) ?? []), flag]);
  };
  if (orderIds.length === 0) return found;
  if (rules.duplicateOrder.isOn)
    add(await findDuplicates(ctx, rules.duplicateOrder.withinMinutes, orderIds), 'duplicate_order');
  if (rules.brushing.isOn) add(await findBrushing(ctx, rules.brushing, orderIds), 'brushing');
  return found;
}

async function findDuplicates(
  ctx: Pick<OrdersContext, 'tx' | 'tenantId'>,
  withinMinutes: number,
  orderIds: readonly string[],
): Promise<{ order_id: string }[]> {
  return ctx.tx.query(
    `with suspects as (
       select o.order_id, earlier.order_id as earlier_id
         from orders.orders o
         join orders.orders earlier
           on earlier.tenant_id = o.tenant_id and earlier.customer_id = o.customer_id and earlier.kind = 'sale'
          and earlier.placed_at between o.placed_at - make_interval(mins => $3) and o.placed_at
          and (earlier.placed_at, earlier.order_id) < (o.placed_at, o.order_id)
          and earlier.payable_minor = o.payable_minor and earlier.currency = o.currency and earlier.status <> 'cancelled'
        where o.tenant_id = $1 and o.order_id = any($2) and o.kind = 'sale' and o.customer_id is not null and o.status <> 'cancelled')
     select distinct s.order_id from suspects s
      where (select jsonb_agg(array[sku_code, title, quantity::text] order by sku_code, title, quantity) from orders.order_lines
              where tenant_id = $1 and order_id = s.order_id)
            is not distinct from
            (select jsonb_agg(array[sku_code, title, quantity::text] order by sku_code, title, quantity) from orders.order_lines
              where tenant_id = $1 and order_id = s.earlier_id)`,
    [ctx.tenantId, orderIds, withinMinutes],
  );
}

async function findBrushing(
  ctx: Pick<OrdersContext, 'tx' | 'tenantId'>,
  { orders, withinHours }: CleaningRules['brushing'],
  orderIds: readonly string[],
): Promise<{ order_id: string }[]> {
  return ctx.tx.query(
    `select o.order_id from orders.orders o
      where o.tenant_id = $1 and o.order_id = any($2) and o.receiver_phone_index is not null and o.kind = 'sale'
        and (select count(*) >= $3 and count(distinct coalesce(n.customer_id::text, n.order_id::text)) >= $3 from orders.orders n
              where n.tenant_id = o.tenant_id and n.receiver_phone_index = o.receiver_phone_index and n.kind = 'sale'
                and n.placed_at between o.placed_at - make_interval(hours => $4) and o.placed_at + make_interval(hours => $4))`,
    [ctx.tenantId, orderIds, orders, withinHours],
  );
}
