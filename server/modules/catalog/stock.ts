import { actorRef } from '#platform/context';
import { NotFound } from '#platform/errors';
import { newId } from '#platform/ids';

import { OutOfStock, StockBelowReserved } from './errors.ts';
import { byStockKey } from './reservation.ts';
import type { StockContext, StockLine } from './reservation.ts';

export type MoveReason = 'received' | 'returned' | 'counted' | 'damaged' | 'transferred_out' | 'transferred_in';

/** A change of the quantity on hand; negative takes away. */
export interface StockChange extends StockLine {
  readonly reason: MoveReason;
  /** Why in the caller's words or number: a delivery note, an after-sales case. */
  readonly reference?: string;
}

/** Quantities of a SKU at a location, over all its buckets. */
export interface StockLevel {
  readonly skuId: string;
  readonly locationId: number;
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
}

/** Books goods in and out. All changes or none; refuses to take what is not there or what is promised to someone. */
export async function changeStock(ctx: StockContext, changes: readonly StockChange[]): Promise<void> {
  await ensureRows(ctx, changes);
  for (const change of changes.toSorted(byStockKey)) await applyChange(ctx, change);
}

/** Sets the quantity on hand to what was counted; refused below what is promised to unpaid orders. */
export async function countStock(ctx: StockContext, count: StockLine & { readonly reference?: string }): Promise<void> {
  if (!Number.isSafeInteger(count.quantity) || count.quantity < 0)
    throw new RangeError(`counted quantity ${count.quantity}`);
  await ensureRows(ctx, [count]);
  const rows = await lockBuckets(ctx, count);
  const onHand = rows.reduce((sum, row) => sum + row.on_hand, 0);
  const reserved = rows.reduce((sum, row) => sum + row.reserved, 0);
  if (count.quantity < reserved) throw new StockBelowReserved(count.skuId, reserved);
  if (count.quantity === onHand) return;
  await applyChange(ctx, { ...count, quantity: count.quantity - onHand, reason: 'counted' });
}

interface BucketRow {
  bucket: number;
  on_hand: number;
  reserved: number;
}

async function ensureRows(ctx: StockContext, lines: readonly StockLine[]): Promise<void> {
  const [unknown] = await ctx.tx.query<{ id: string }>(
    `select l.id from unnest($2::uuid[]) l(id)
      where not exists (select from catalog.skus s where s.tenant_id = $1 and s.sku_id = l.id) limit 1`,
    [ctx.tenantId, lines.map((line) => line.skuId)],
  );
  if (unknown) throw new NotFound(`SKU ${unknown.id}`);
  await ctx.tx.execute(
    `insert into catalog.stock (tenant_id, sku_id, location_id)
     select distinct $1::int, * from unnest($2::uuid[], $3::int[]) order by 2, 3 on conflict do nothing`,
    [ctx.tenantId, lines.map((line) => line.skuId), lines.map((line) => line.locationId)],
  );
}

async function lockBuckets(ctx: StockContext, line: StockLine): Promise<BucketRow[]> {
  return ctx.tx.query<BucketRow>(
    `select bucket, on_hand, reserved from catalog.stock
      where tenant_id = $1 and sku_id = $2 and location_id = $3 order by bucket for update`,
    [ctx.tenantId, line.skuId, line.locationId],
  );
}

async function applyChange(ctx: StockContext, change: StockChange): Promise<void> {
  const rows = await lockBuckets(ctx, change);
  const parts = change.quantity > 0 ? spread(change.quantity, rows) : takeFromBuckets(change, rows);
  await writeMoves(ctx, change, parts);
}

/** New goods go evenly over the buckets, the remainder to the first ones. */
function spread(quantity: number, rows: readonly BucketRow[]): { bucket: number; quantity: number }[] {
  const share = Math.floor(quantity / rows.length);
  const rest = quantity - share * rows.length;
  return rows.map(({ bucket }, index) => ({ bucket, quantity: share + (index < rest ? 1 : 0) }));
}

function takeFromBuckets(change: StockChange, rows: readonly BucketRow[]): { bucket: number; quantity: number }[] {
  let missing = -change.quantity;
  const parts = rows.map(({ bucket, on_hand, reserved }) => {
    const quantity = Math.min(missing, on_hand - reserved);
    missing -= quantity;
    return { bucket, quantity: -quantity };
  });
  if (missing > 0) {
    const reserved = rows.reduce((sum, row) => sum + row.reserved, 0);
    if (reserved > 0) throw new StockBelowReserved(change.skuId, reserved);
    const wanted = -change.quantity;
    throw new OutOfStock([{ skuId: change.skuId, locationId: change.locationId, wanted, available: wanted - missing }]);
  }
  return parts;
}

async function writeMoves(
  ctx: StockContext,
  line: {
    readonly skuId: string;
    readonly locationId: number;
    readonly reason: MoveReason | 'rebalanced';
    readonly reference?: string;
  },
  parts: readonly { bucket: number; quantity: number }[],
): Promise<void> {
  const moved = parts.filter((part) => part.quantity !== 0);
  await ctx.tx.execute(
    `with parts as (select * from unnest($4::smallint[], $5::int[], $6::uuid[]) as p(bucket, quantity, move_id)),
     moves as (
       insert into catalog.stock_moves (tenant_id, move_id, sku_id, location_id, bucket, moved_at, reason, quantity, reference, actor)
       select $1, move_id, $2, $3, bucket, $7, $8, quantity, $9, $10 from parts)
     update catalog.stock s set on_hand = s.on_hand + p.quantity from parts p
      where s.tenant_id = $1 and s.sku_id = $2 and s.location_id = $3 and s.bucket = p.bucket`,
    [
      ctx.tenantId,
      line.skuId,
      line.locationId,
      moved.map((part) => part.bucket),
      moved.map((part) => part.quantity),
      moved.map(() => newId()),
      ctx.now,
      line.reason,
      line.reference ?? '',
      actorRef(ctx.actor),
    ],
  );
}

/** Spreads a SKU's stock at a location over `buckets` rows before a flash sale, or back into one. Promised pieces stay where they are. */
export async function bucketStock(
  ctx: StockContext,
  place: { readonly skuId: string; readonly locationId: number },
  buckets: number,
): Promise<void> {
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > 64)
    throw new RangeError(`buckets ${buckets}: expected 1 to 64`);
  await ctx.tx.execute(
    `insert into catalog.stock (tenant_id, sku_id, location_id, bucket)
     select $1, $2, $3, generate_series(0, $4::int - 1) on conflict do nothing`,
    [ctx.tenantId, place.skuId, place.locationId, buckets],
  );
  const rows = await lockBuckets(ctx, { ...place, quantity: 1 });
  const free = rows.reduce((sum, row) => sum + row.on_hand - row.reserved, 0);
  const target = new Map(spread(free, rows.slice(0, buckets)).map((part) => [part.bucket, part.quantity]));
  const moves = rows.map((row) => ({
    bucket: row.bucket,
    quantity: (target.get(row.bucket) ?? 0) - (row.on_hand - row.reserved),
  }));
  await writeMoves(ctx, { ...place, reason: 'rebalanced' }, moves);
}

/** Stock levels of SKUs at enabled locations. A SKU that stands nowhere is absent. */
export async function stockLevels(
  ctx: Pick<StockContext, 'tx' | 'tenantId'>,
  skuIds: readonly string[],
): Promise<StockLevel[]> {
  return ctx.tx.query<StockLevel>(
    `select s.sku_id as "skuId", s.location_id as "locationId", sum(s.on_hand)::int as "onHand", sum(s.reserved)::int as reserved,
            sum(s.on_hand - s.reserved)::int as available
       from catalog.stock s join catalog.locations l using (tenant_id, location_id)
      where s.tenant_id = $1 and s.sku_id = any($2) and l.is_enabled
      group by s.sku_id, s.location_id, l.priority order by s.sku_id, l.priority, s.location_id`,
    [ctx.tenantId, skuIds],
  );
}

/** Pieces of goods, wherever they stand. */
export interface WantedSku {
  readonly skuId: string;
  readonly quantity: number;
}

/** Replaces bundles by what they are made of and adds up: what really has to leave the stock. */
export async function expandBundles(
  ctx: Pick<StockContext, 'tx' | 'tenantId'>,
  wanted: readonly WantedSku[],
): Promise<WantedSku[]> {
  const parts = await ctx.tx.query<{ bundleId: string; skuId: string; quantity: number }>(
    `select bundle_sku_id as "bundleId", component_sku_id as "skuId", quantity from catalog.bundle_items
      where tenant_id = $1 and bundle_sku_id = any($2)`,
    [ctx.tenantId, wanted.map((line) => line.skuId)],
  );
  const partsOf = Map.groupBy(parts, (part) => part.bundleId);
  const pieces = new Map<string, number>();
  for (const { skuId, quantity } of wanted) {
    for (const part of partsOf.get(skuId) ?? [{ skuId, quantity: 1 }]) {
      pieces.set(part.skuId, (pieces.get(part.skuId) ?? 0) + part.quantity * quantity);
    }
  }
  return [...pieces].map(([skuId, quantity]) => ({ skuId, quantity }));
}

/**
 * Chooses a location for each piece of goods, bundles taken apart: one that has everything if there is one, else the preferred one that
 * has the whole line. Reads without locks, as advice for `reserveStock`. Throws `OutOfStock` when a line fits nowhere.
 */
export async function planLocations(
  ctx: Pick<StockContext, 'tx' | 'tenantId'>,
  wanted: readonly WantedSku[],
): Promise<StockLine[]> {
  const pieces = await expandBundles(ctx, wanted);
  return planFromLevels(
    pieces,
    await stockLevels(
      ctx,
      pieces.map(({ skuId }) => skuId),
    ),
  );
}

/** The same choice from levels already read, of pieces that are no bundles; levels come in the order of preference. */
export function planFromLevels(
  pieces: readonly WantedSku[],
  levels: readonly Pick<StockLevel, 'skuId' | 'locationId' | 'available'>[],
): StockLine[] {
  const need = new Map(pieces.map(({ skuId, quantity }) => [skuId, quantity]));
  const fits = levels.filter((level) => level.available >= (need.get(level.skuId) ?? 0));
  const served = new Map<number, number>();
  for (const { locationId } of fits) served.set(locationId, (served.get(locationId) ?? 0) + 1);
  const complete = fits.find(({ locationId }) => served.get(locationId) === need.size)?.locationId;
  const plan: StockLine[] = [];
  const shortages = [];
  for (const [skuId, quantity] of need) {
    const choices = fits.filter((level) => level.skuId === skuId);
    const chosen = choices.find((level) => level.locationId === complete) ?? choices[0];
    if (chosen) plan.push({ skuId, locationId: chosen.locationId, quantity });
    else {
      const best = levels.filter((level) => level.skuId === skuId).toSorted((a, b) => b.available - a.available)[0];
      shortages.push({ skuId, locationId: best?.locationId ?? 0, wanted: quantity, available: best?.available ?? 0 });
    }
  }
  if (shortages.length > 0) throw new OutOfStock(shortages);
  return plan;
}

/** Places where the books do not agree: quantity on hand against the moves, promises against held reservations. Empty when all is well. */
export async function checkStock(
  ctx: Pick<StockContext, 'tx' | 'tenantId'>,
): Promise<{ skuId: string; locationId: number; bucket: number }[]> {
  return ctx.tx.query(
    `with moved as (select sku_id, location_id, bucket, sum(quantity) as quantity from catalog.stock_moves where tenant_id = $1 group by 1, 2, 3),
          held as (select l.sku_id, l.location_id, l.bucket, sum(l.quantity) as quantity
                     from catalog.reservation_lines l join catalog.reservations r using (tenant_id, reservation_id)
                    where l.tenant_id = $1 and r.state = 'held' group by 1, 2, 3)
     select s.sku_id as "skuId", s.location_id as "locationId", s.bucket
       from catalog.stock s left join moved using (sku_id, location_id, bucket) left join held using (sku_id, location_id, bucket)
      where s.tenant_id = $1 and (s.on_hand <> coalesce(moved.quantity, 0) or s.reserved <> coalesce(held.quantity, 0))`,
    [ctx.tenantId],
  );
}
