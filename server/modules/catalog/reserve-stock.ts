import { together } from '#platform/database';
import { newId } from '#platform/ids';

import { OutOfStock, ReservationConflict, ReservationEnded } from './errors.ts';
import type { Shortage } from './errors.ts';
import { heldLines, mergeLines, stockKey, toReservation } from './reservation.ts';
import type { HeldLine, Reservation, StockContext, StockLine } from './reservation.ts';

interface StockRow {
  skuId: string;
  locationId: number;
  bucket: number;
  free: number;
}

/**
 * Promises goods to an order until `expiresAt`: all lines or none. The same reference with the same goods gives the reservation it
 * already has; with other goods it is refused. Throws `OutOfStock` naming every line that falls short.
 */
export async function reserveStock(
  ctx: StockContext,
  request: { readonly reference: string; readonly lines: readonly StockLine[]; readonly expiresAt: Date },
): Promise<Reservation> {
  const lines = mergeLines(request.lines);
  if (lines.length === 0) throw new RangeError('a reservation needs at least one line');
  const [inserted] = await ctx.tx.query<Parameters<typeof toReservation>[0]>(
    `insert into catalog.reservations (tenant_id, reservation_id, reference, held_at, expires_at) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, reference) do nothing returning reservation_id, reference, state, expires_at`,
    [ctx.tenantId, newId(), request.reference, ctx.now, request.expiresAt],
  );
  if (!inserted) return existingReservation(ctx, request.reference, lines);
  const reservation = toReservation(inserted);
  await holdLines(ctx, reservation.reservationId, await takeFree(ctx, lines));
  return reservation;
}

async function existingReservation(
  ctx: StockContext,
  reference: string,
  lines: readonly StockLine[],
): Promise<Reservation> {
  const [row] = await ctx.tx.query<Parameters<typeof toReservation>[0]>(
    `select reservation_id, reference, state, expires_at from catalog.reservations where tenant_id = $1 and reference = $2`,
    [ctx.tenantId, reference],
  );
  if (!row) throw new ReservationConflict(reference);
  const reservation = toReservation(row);
  const held = mergeLines(await heldLines(ctx, [reservation.reservationId]));
  const same = held.length === lines.length && held.every((line, index) => sameLine(line, lines[index]));
  if (!same) throw new ReservationConflict(reference);
  if (reservation.state === 'released' || reservation.state === 'expired')
    throw new ReservationEnded(reference, reservation.state);
  return reservation;
}

function sameLine(a: StockLine, b: StockLine | undefined): boolean {
  return b !== undefined && stockKey(a) === stockKey(b) && a.quantity === b.quantity;
}

/** Locks the stock rows and picks from which buckets the pieces come. Throws `OutOfStock` when any line falls short. */
export async function takeFree(ctx: StockContext, lines: readonly StockLine[]): Promise<HeldLine[]> {
  const [only] = lines;
  const unlocked = only && lines.length === 1 ? await lockAnyBucket(ctx, only) : [];
  const { taken, shortages } = pick(lines, unlocked.length > 0 ? unlocked : await lockStock(ctx, lines));
  if (shortages.length > 0) throw new OutOfStock(shortages);
  return taken;
}

/** A bucket that can serve the line and that nobody is changing, if there is one: buyers of a hot SKU pass each other. */
async function lockAnyBucket(ctx: StockContext, line: StockLine): Promise<StockRow[]> {
  // One row or none: waiting for others while holding some buckets of a SKU could close a circle.
  return ctx.tx.query<StockRow>(
    `select sku_id as "skuId", location_id as "locationId", bucket, on_hand - reserved as free
       from catalog.stock
      where tenant_id = $1 and sku_id = $2 and location_id = $3 and on_hand - reserved >= $4
      limit 1 for update skip locked`,
    [ctx.tenantId, line.skuId, line.locationId, line.quantity],
  );
}

/** Locks all rows of the lines in the common order, waiting for whoever holds them. */
async function lockStock(ctx: StockContext, lines: readonly StockLine[]): Promise<StockRow[]> {
  return ctx.tx.query<StockRow>(
    `select s.sku_id as "skuId", s.location_id as "locationId", s.bucket, s.on_hand - s.reserved as free
       from catalog.stock s
      where s.tenant_id = $1 and (s.sku_id, s.location_id) in (select * from unnest($2::uuid[], $3::int[]))
      order by s.sku_id, s.location_id, s.bucket for update of s`,
    [ctx.tenantId, lines.map((line) => line.skuId), lines.map((line) => line.locationId)],
  );
}

function pick(lines: readonly StockLine[], rows: readonly StockRow[]): { taken: HeldLine[]; shortages: Shortage[] } {
  const taken: HeldLine[] = [];
  const shortages: Shortage[] = [];
  for (const line of lines) {
    const buckets = rows.filter((row) => stockKey(row) === stockKey(line) && row.free > 0);
    // One bucket that can serve the whole line is better than several.
    const whole = buckets.find((row) => row.free >= line.quantity);
    let missing = line.quantity;
    for (const { bucket, free } of whole ? [whole] : buckets) {
      const quantity = Math.min(free, missing);
      if (quantity > 0) taken.push({ ...line, bucket, quantity });
      missing -= quantity;
    }
    if (missing > 0) {
      shortages.push({
        skuId: line.skuId,
        locationId: line.locationId,
        wanted: line.quantity,
        available: line.quantity - missing,
      });
    }
  }
  return { taken, shortages };
}

/** Writes what a reservation holds and raises the reserved quantities; the rows are locked already. */
export async function holdLines(ctx: StockContext, reservationId: string, lines: readonly HeldLine[]): Promise<void> {
  const columns = [
    lines.map((line) => line.skuId),
    lines.map((line) => line.locationId),
    lines.map((line) => line.bucket),
    lines.map((line) => line.quantity),
  ];
  await together([
    ctx.tx.execute(
      `insert into catalog.reservation_lines (tenant_id, reservation_id, sku_id, location_id, bucket, quantity)
       select $1, $2, * from unnest($3::uuid[], $4::int[], $5::smallint[], $6::int[])`,
      [ctx.tenantId, reservationId, ...columns],
    ),
    ctx.tx.execute(
      `update catalog.stock s set reserved = s.reserved + l.quantity
         from unnest($2::uuid[], $3::int[], $4::smallint[], $5::int[]) as l(sku_id, location_id, bucket, quantity)
        where s.tenant_id = $1 and s.sku_id = l.sku_id and s.location_id = l.location_id and s.bucket = l.bucket`,
      [ctx.tenantId, ...columns],
    ),
  ]);
}
