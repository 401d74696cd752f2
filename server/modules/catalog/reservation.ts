import type { Context } from '#platform/context';
import { together } from '#platform/database';
import type { Tx } from '#platform/database';

/** What stock verbs need of a context; a request's context and a job's both have it. */
export type StockContext = Pick<Context, 'tx' | 'tenantId' | 'actor' | 'now'>;

/** Goods asked for at one location. The same SKU may appear several times; quantities add up. */
export interface StockLine {
  readonly skuId: string;
  readonly locationId: number;
  readonly quantity: number;
}

export type ReservationState = 'held' | 'committed' | 'released' | 'expired';

/** A promise of stock to one order, found by the order's reference. */
export interface Reservation {
  readonly reservationId: string;
  readonly reference: string;
  readonly state: ReservationState;
  readonly expiresAt: Date;
}

/** A line as held: which stock row gave how much. */
export interface HeldLine extends StockLine {
  readonly bucket: number;
}

interface ReservationRow {
  reservation_id: string;
  reference: string;
  state: ReservationState;
  expires_at: Date;
}

/** Maps a row of `catalog.reservations`. */
export function toReservation(row: ReservationRow): Reservation {
  return { reservationId: row.reservation_id, reference: row.reference, state: row.state, expiresAt: row.expires_at };
}

/** Adds up lines of the same SKU and location, in the order in which stock rows are always locked. */
export function mergeLines(lines: readonly StockLine[]): StockLine[] {
  const merged = new Map<string, StockLine>();
  for (const line of lines) {
    if (!Number.isSafeInteger(line.quantity) || line.quantity <= 0)
      throw new RangeError(`quantity ${line.quantity} of ${line.skuId}`);
    const key = stockKey(line);
    merged.set(key, { ...line, quantity: line.quantity + (merged.get(key)?.quantity ?? 0) });
  }
  return [...merged.values()].toSorted(byStockKey);
}

/** Identifies the place of a SKU at a location. */
export function stockKey({ skuId, locationId }: { skuId: string; locationId: number }): string {
  return `${skuId}@${locationId}`;
}

/** The order in which every verb locks stock rows, so that two buyers never wait for each other in a circle. */
export function byStockKey(a: StockLine, b: StockLine): number {
  return a.skuId < b.skuId ? -1 : a.skuId > b.skuId ? 1 : a.locationId - b.locationId;
}

/** Locks the reservation of a reference; nothing when there is none. */
export async function lockReservation(
  ctx: { tx: Tx; tenantId: number },
  reference: string,
): Promise<Reservation | undefined> {
  const [row] = await ctx.tx.query<ReservationRow>(
    `select reservation_id, reference, state, expires_at from catalog.reservations
      where tenant_id = $1 and reference = $2 for update`,
    [ctx.tenantId, reference],
  );
  return row && toReservation(row);
}

/** Locks the reservation of a reference and reads what it holds, in one exchange; nothing when there is none. */
export async function lockWithLines(
  ctx: { tx: Tx; tenantId: number },
  reference: string,
): Promise<{ reservation: Reservation; lines: HeldLine[] } | undefined> {
  const [reservation, lines] = await together([
    lockReservation(ctx, reference),
    ctx.tx.query<HeldLine>(
      `select l.sku_id as "skuId", l.location_id as "locationId", l.bucket, sum(l.quantity)::int as quantity
         from catalog.reservations r join catalog.reservation_lines l using (tenant_id, reservation_id)
        where r.tenant_id = $1 and r.reference = $2 group by 1, 2, 3 order by 1, 2, 3`,
      [ctx.tenantId, reference],
    ),
  ]);
  return reservation && { reservation, lines };
}

/** The lines of some reservations of one tenant, added up per stock row, in locking order. */
export async function heldLines(
  ctx: { tx: Tx; tenantId: number },
  reservationIds: readonly string[],
): Promise<HeldLine[]> {
  return ctx.tx.query<HeldLine>(
    `select sku_id as "skuId", location_id as "locationId", bucket, sum(quantity)::int as quantity from catalog.reservation_lines
      where tenant_id = $1 and reservation_id = any($2) group by 1, 2, 3 order by 1, 2, 3`,
    [ctx.tenantId, reservationIds],
  );
}
