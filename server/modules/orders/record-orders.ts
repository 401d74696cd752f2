import { identify } from '#customers';
import { together } from '#platform/database';
import { emit } from '#platform/outbox';

import { rulesInForce } from './cleaning-rules.ts';
import { findSkus } from './find-skus.ts';
import type { NewOrder, OrdersContext, RecordedOrder } from './new-order.ts';
import { orderKey } from './order-key.ts';
import { findStored, insertOrders, loadChildren, lockOrders, replaceChildren, updateOrders } from './order-store.ts';
import type { StoredOrder } from './order-store.ts';
import { bringsNews, planOrder, staleness, withVersions } from './plan-order.ts';
import type { Buyer, PlanTools, VersionedOrder } from './plan-order.ts';
import { refuseInvalid } from './validate-order.ts';

const batchMax = 2_000;

/**
 * Records what sources say about their orders, in sets: creates, updates or ignores each by the version of its parts, so that repeats
 * and late or swapped updates end in the same state. Finds the buyers, flags by the cleaning rules, and announces each milestone once.
 * Answers in the order of the input. Throws `OrderInvalid` for an order that contradicts itself.
 */
export async function recordOrders(ctx: OrdersContext, orders: readonly NewOrder[]): Promise<RecordedOrder[]> {
  for (const order of orders) refuseInvalid(order);
  const results: RecordedOrder[] = [];
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  for (const round of rounds(orders)) {
    for (let start = 0; start < round.length; start += batchMax) {
      const batch = round.slice(start, start + batchMax);
      const recorded = await recordBatch(
        ctx,
        vault,
        batch.map((index) => withVersions(orders[index] as NewOrder, vault)),
      );
      batch.forEach((index, position) => {
        results[index] = recorded[position] as RecordedOrder;
      });
    }
  }
  return results;
}

/** Splits positions so that no order occurs twice in a round; several updates of one order keep their order. */
function rounds(orders: readonly NewOrder[]): number[][] {
  const turns = new Map<string, number>();
  const split: number[][] = [];
  orders.forEach((order, index) => {
    const key = orderKey(order);
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    (split[turn] ??= []).push(index);
  });
  return split;
}

async function recordBatch(
  ctx: OrdersContext,
  vault: PlanTools['vault'],
  batch: readonly VersionedOrder[],
): Promise<RecordedOrder[]> {
  // Read without locks first: a repeated file or webhook is recognised without disturbing anybody.
  const [rules, stored] = await together([
    rulesInForce(ctx),
    findStored(
      ctx,
      batch.map(({ order }) => order),
    ),
  ]);
  const recorded = new Map<string, RecordedOrder>();
  const news: VersionedOrder[] = [];
  for (const item of batch) {
    const known = stored.get(item.key);
    if (!known || bringsNews(item, known)) news.push(item);
    else
      recorded.set(item.key, {
        orderId: known.order_id,
        customerId: known.customer_id,
        outcome: staleness(item, known),
      });
  }
  // Identities before order rows: a merge of customers locks them in this order too.
  const buyers = await identifyBuyers(ctx, news, stored);
  let open = news;
  let known = news.filter(({ key }) => stored.has(key));
  while (open.length > 0) {
    const written = await writeOrders(ctx, { vault, rules }, open, { buyers, known });
    for (const [key, result] of written) recorded.set(key, result);
    // Whoever is not written lost the race to create its order and finds it now.
    open = open.filter(({ key }) => !written.has(key));
    known = open;
  }
  return batch.map(({ key }) => recorded.get(key) as RecordedOrder);
}

async function identifyBuyers(
  ctx: OrdersContext,
  batch: readonly VersionedOrder[],
  stored: ReadonlyMap<string, StoredOrder>,
): Promise<Map<string, Buyer>> {
  const buyers = new Map<string, Buyer>();
  const unknown: VersionedOrder[] = [];
  for (const item of batch) {
    const { order, key } = item;
    if (order.customerId !== undefined)
      buyers.set(key, { customerId: order.customerId, originCustomerId: order.customerId });
    else if (order.buyer && order.buyer.length > 0 && (stored.get(key)?.customer_id ?? null) === null)
      unknown.push(item);
  }
  if (unknown.length === 0) return buyers;
  const evidence = unknown.map(({ order }) => ({
    tenantId: ctx.tenantId,
    identifiers: order.buyer ?? [],
    at: order.head?.placedAt ?? order.sourceUpdatedAt,
    sourceId: order.sourceId,
    cause: 'order',
  }));
  const resolutions = await identify({ tx: ctx.tx, now: ctx.now, vaults: ctx.services.vaults }, evidence);
  unknown.forEach(({ key }, index) => {
    const { customerId = null, originCustomerId = null } = resolutions[index] ?? {};
    if (customerId !== null && originCustomerId !== null) buyers.set(key, { customerId, originCustomerId });
  });
  return buyers;
}

/** Writes the orders that are new or that we could lock; returns what became of them, without those somebody else just created. */
async function writeOrders(
  ctx: OrdersContext,
  tools: PlanTools,
  batch: readonly VersionedOrder[],
  { buyers, known }: { readonly buyers: ReadonlyMap<string, Buyer>; readonly known: readonly VersionedOrder[] },
): Promise<Map<string, RecordedOrder>> {
  const orders = batch.map(({ order }) => order);
  const locked = await lockOrders(
    ctx,
    known.map(({ order }) => order),
  );
  const children = await loadChildren(
    ctx,
    [...locked.values()].map((row) => row.order_id),
  );
  const skus = await findSkus(ctx, orders);
  const changes = batch.map((item) =>
    planOrder(ctx, tools, item, { before: locked.get(item.key) ?? null, buyer: buyers.get(item.key), children, skus }),
  );
  const inserted = await insertOrders(
    ctx,
    changes.filter(({ before }) => before === null).map(({ row }) => row),
  );
  const done = changes.filter(({ before, row }) => before !== null || inserted.has(row.order_id));
  await together([
    updateOrders(
      ctx,
      done.filter(({ before }) => before !== null).map(({ row }) => row),
    ),
    replaceChildren(ctx, done),
    emit(
      ctx,
      done.flatMap(({ events }) => events),
    ),
  ]);
  return new Map(
    done.map(({ key, row, outcome }) => [key, { orderId: row.order_id, customerId: row.customer_id, outcome }]),
  );
}
