import { postTransfers, setLotsAvailable } from '#ledger';
import { emit } from '#platform/outbox';

import { availableFrom, earnKey, planOrder, rateFor, spreadPoints } from './order-points.ts';
import type { OrderPlan, OrderPoints } from './order-points.ts';
import { rankOf } from './programme.ts';
import { readLineWeights, readPurchases } from './purchases.ts';
import type { Purchase } from './purchases.ts';
import type { LoyaltyContext, Running } from './running.ts';

const rowColumns = `order_id as "orderId", origin_customer_id as "originCustomerId", customer_id as "customerId", rate_bps as "rateBps",
  base_minor as "baseMinor", points, version, earnings, lines, bought_at as "boughtAt", received_at as "receivedAt",
  available_at as "availableAt", expires_at as "expiresAt"`;

/**
 * Brings the points of orders of any channel to what the orders count for today. Answers the customers concerned, and those whose points
 * went down. Works on a batch with a handful of statements; repeating it changes nothing.
 */
export async function settleOrders(
  ctx: LoyaltyContext,
  running: Running,
  orderIds: readonly string[],
): Promise<{ customerIds: number[]; lowered: number[] }> {
  const { rules } = running.points ?? {};
  const ids = [...new Set(orderIds)];
  const expiryMonths = rules?.expiryMonths ?? 12;
  const purchases = new Map(
    (await readPurchases(ctx, ids, { zone: running.zone, expiryMonths })).map((one) => [one.orderId, one]),
  );
  const known = new Map((await lockRows(ctx, ids)).map((row) => [row.orderId, row]));
  const plans = rules ? await planOrders(ctx, running, { ids, purchases, known }) : [];
  await postTransfers(
    ctx,
    plans.flatMap(({ transfers }) => transfers),
  );
  await writeRows(ctx, await withLines(ctx, plans));
  await announce(ctx, plans);
  const people = [
    ...[...purchases.values()].map((one) => one.customerId),
    ...[...known.values()].map((one) => one.customerId),
  ];
  return {
    customerIds: [...new Set(people)],
    lowered: [...new Set(plans.filter(({ delta }) => delta < 0).map(({ row }) => row.customerId))],
  };
}

function lockRows(ctx: LoyaltyContext, orderIds: readonly string[]): Promise<OrderPoints[]> {
  return ctx.tx.query<OrderPoints>(
    `select ${rowColumns} from loyalty.order_points where tenant_id = $1 and order_id = any($2) order by order_id for update`,
    [ctx.tenantId, orderIds],
  );
}

async function planOrders(
  ctx: LoyaltyContext,
  { points }: Running,
  {
    ids,
    purchases,
    known,
  }: { ids: readonly string[]; purchases: ReadonlyMap<string, Purchase>; known: ReadonlyMap<string, OrderPoints> },
): Promise<OrderPlan[]> {
  if (!points) return [];
  const { rules, programme } = points;
  const { currency, channels } = programme.content;
  const receipts = await takeEarlyReceipts(ctx, ids);
  const multiplierOf = await tierMultipliers(
    ctx,
    points,
    [...purchases.values()].map(({ customerId }) => customerId),
  );
  return ids.flatMap((orderId) => {
    const one = purchases.get(orderId);
    const counts =
      one !== undefined && one.currency === currency && (channels.length === 0 || channels.includes(one.channel));
    const purchase = counts ? one : undefined;
    const plan = planOrder({
      purchase,
      known: known.get(orderId),
      rules,
      rateBps: purchase ? rateFor(rules, purchase.channel, multiplierOf(purchase.customerId)) : 0,
      receivedAt: receipts.get(orderId) ?? null,
      now: ctx.now,
    });
    return plan ? [plan] : [];
  });
}

async function tierMultipliers(
  ctx: LoyaltyContext,
  { programme }: NonNullable<Running['points']>,
  customerIds: readonly number[],
): Promise<(customerId: number) => number> {
  const rows = await ctx.tx.query<{ customer_id: number; tier_code: string }>(
    `select customer_id, tier_code from loyalty.members
      where tenant_id = $1 and programme_id = $2 and customer_id = any($3) and status = 'active' and tier_code is not null`,
    [ctx.tenantId, programme.programmeId, customerIds],
  );
  const tiers = new Map(rows.map((row) => [row.customer_id, rankOf(programme.content, row.tier_code)]));
  return (customerId) => programme.content.tiers[tiers.get(customerId) ?? -1]?.pointsMultiplierBps ?? 10_000;
}

async function takeEarlyReceipts(ctx: LoyaltyContext, orderIds: readonly string[]): Promise<Map<string, Date>> {
  const rows = await ctx.tx.query<{ order_id: string; received_at: Date }>(
    `select order_id, received_at from loyalty.early_receipts where tenant_id = $1 and order_id = any($2)`,
    [ctx.tenantId, orderIds],
  );
  return new Map(rows.map((row) => [row.order_id, row.received_at]));
}

async function withLines(ctx: LoyaltyContext, plans: readonly OrderPlan[]): Promise<OrderPoints[]> {
  const weights = await readLineWeights(
    ctx,
    plans.map(({ row }) => row.orderId),
  );
  return plans.map(({ row }) => ({ ...row, lines: spreadPoints(row.points, weights.get(row.orderId) ?? []) }));
}

async function writeRows(ctx: LoyaltyContext, rows: readonly OrderPoints[]): Promise<void> {
  if (rows.length === 0) return;
  await ctx.tx.execute(
    `insert into loyalty.order_points as o (tenant_id, changed_at, order_id, origin_customer_id, customer_id, rate_bps, base_minor, points,
       version, earnings, lines, bought_at, received_at, available_at, expires_at)
     select $1, $2, * from unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::int[], $7::bigint[], $8::bigint[], $9::int[], $10::jsonb[],
       $11::jsonb[], $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[])
     on conflict (tenant_id, order_id) do update set base_minor = excluded.base_minor, points = excluded.points, version = excluded.version,
       earnings = excluded.earnings, lines = excluded.lines, changed_at = excluded.changed_at`,
    [
      ctx.tenantId,
      ctx.now,
      rows.map((row) => row.orderId),
      rows.map((row) => row.originCustomerId),
      rows.map((row) => row.customerId),
      rows.map((row) => row.rateBps),
      rows.map((row) => row.baseMinor),
      rows.map((row) => row.points),
      rows.map((row) => row.version),
      rows.map((row) => JSON.stringify(row.earnings)),
      rows.map((row) => JSON.stringify(row.lines)),
      rows.map((row) => row.boughtAt),
      rows.map((row) => row.receivedAt),
      rows.map((row) => row.availableAt),
      rows.map((row) => row.expiresAt),
    ],
  );
}

async function announce(ctx: LoyaltyContext, plans: readonly OrderPlan[]): Promise<void> {
  await emit(
    ctx,
    plans
      .filter(({ delta }) => delta !== 0)
      .map(({ row, delta }) => ({
        tenantId: ctx.tenantId,
        name: delta > 0 ? 'Points Earned' : 'Points Clawed Back',
        messageId: `order-points:${row.orderId}:${row.version}`,
        occurredAt: ctx.now,
        customerId: row.customerId,
        properties: {
          points: Math.abs(delta),
          order_id: row.orderId,
          reference: `order:${row.orderId}`,
          ...(delta > 0
            ? { available_at: row.availableAt.toISOString(), expires_at: row.expiresAt.toISOString() }
            : {}),
        },
      })),
  );
}

/** Notes when orders were received: their points become spendable when the after-sales window after that is over. */
export async function noteReceipts(
  ctx: LoyaltyContext,
  { points }: Running,
  receipts: readonly { readonly orderId: string; readonly receivedAt: Date }[],
): Promise<void> {
  if (!points || receipts.length === 0) return;
  const received = new Map(receipts.map(({ orderId, receivedAt }) => [orderId, receivedAt]));
  const known = (await lockRows(ctx, [...received.keys()])).filter(({ receivedAt }) => receivedAt === null);
  const dated = known.map((row) => {
    const receivedAt = received.get(row.orderId) ?? ctx.now;
    return { ...row, receivedAt, availableAt: availableFrom(points.rules, row.boughtAt, receivedAt) };
  });
  await ctx.tx.execute(
    `update loyalty.order_points o set received_at = n.received_at, available_at = n.available_at
       from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) n(order_id, received_at, available_at)
      where o.tenant_id = $1 and o.order_id = n.order_id`,
    [
      ctx.tenantId,
      dated.map((row) => row.orderId),
      dated.map((row) => row.receivedAt),
      dated.map((row) => row.availableAt),
    ],
  );
  await setLotsAvailable(
    ctx,
    dated.flatMap(({ orderId, earnings, availableAt }) =>
      earnings.map(({ version }) => ({ transferKey: earnKey(orderId, version), availableAt })),
    ),
  );
  await ctx.tx.execute(
    `insert into loyalty.early_receipts (tenant_id, order_id, received_at)
     select $1, n.order_id, n.received_at from unnest($2::uuid[], $3::timestamptz[]) n(order_id, received_at)
      where not exists (select from loyalty.order_points o where o.tenant_id = $1 and o.order_id = n.order_id)
     on conflict do nothing`,
    [ctx.tenantId, [...received.keys()], [...received.values()]],
  );
}
