import { actorRef } from '#platform/context';
import { together } from '#platform/database';
import { NotFound } from '#platform/errors';
import { newId } from '#platform/ids';
import type { JobContext } from '#platform/jobs';

import { ReservationEnded } from './errors.ts';
import { heldLines, lockReservation, lockWithLines, mergeLines } from './reservation.ts';
import type { HeldLine, Reservation, ReservationState, StockContext } from './reservation.ts';
import { holdLines, takeFree } from './reserve-stock.ts';

/**
 * Turns a promise into a sale: the pieces leave the stock. A repeat changes nothing. A reservation whose time had run out takes the
 * goods again when they are still there, else throws `OutOfStock`; a released one throws `ReservationEnded`, for the money must go back.
 */
export async function commitReservation(
  ctx: StockContext,
  request: { readonly reference: string },
): Promise<Reservation> {
  const locked = await lockWithLines(ctx, request.reference);
  if (!locked) throw new NotFound(`Reservation ${request.reference}`);
  const { reservation } = locked;
  if (reservation.state === 'committed') return reservation;
  if (reservation.state === 'released') throw new ReservationEnded(request.reference, reservation.state);
  const lines = reservation.state === 'expired' ? await takeAgain(ctx, reservation, locked.lines) : locked.lines;
  await lockRows(ctx, lines);
  const [, committed] = await together([sell(ctx, request.reference, lines), end(ctx, reservation, 'committed')]);
  return committed;
}

async function sell(ctx: StockContext, reference: string, lines: readonly HeldLine[]): Promise<void> {
  await together([
    ctx.tx.execute(
      `insert into catalog.stock_moves (tenant_id, move_id, sku_id, location_id, bucket, moved_at, reason, quantity, reference, actor)
       select $1, move_id, sku_id, location_id, bucket, $7, 'sold', -quantity, $8, $9
         from unnest($2::uuid[], $3::int[], $4::smallint[], $5::int[], $6::uuid[]) as l(sku_id, location_id, bucket, quantity, move_id)`,
      [ctx.tenantId, ...columns(lines), lines.map(() => newId()), ctx.now, reference, actorRef(ctx.actor)],
    ),
    ctx.tx.execute(
      `update catalog.stock s set on_hand = s.on_hand - l.quantity, reserved = s.reserved - l.quantity
         from unnest($2::uuid[], $3::int[], $4::smallint[], $5::int[]) as l(sku_id, location_id, bucket, quantity)
        where s.tenant_id = $1 and s.sku_id = l.sku_id and s.location_id = l.location_id and s.bucket = l.bucket`,
      [ctx.tenantId, ...columns(lines)],
    ),
  ]);
}

async function takeAgain(ctx: StockContext, reservation: Reservation, lines: readonly HeldLine[]): Promise<HeldLine[]> {
  const taken = await takeFree(ctx, mergeLines(lines));
  await ctx.tx.execute(`delete from catalog.reservation_lines where tenant_id = $1 and reservation_id = $2`, [
    ctx.tenantId,
    reservation.reservationId,
  ]);
  await holdLines(ctx, reservation.reservationId, taken);
  return taken;
}

/** Gives promised pieces back. Releasing what was released, expired or never reserved changes nothing; what was sold is refused. */
export async function releaseReservation(
  ctx: StockContext,
  request: { readonly reference: string },
): Promise<Reservation | null> {
  const reservation = await lockReservation(ctx, request.reference);
  if (!reservation) return null;
  if (reservation.state === 'committed') throw new ReservationEnded(request.reference, reservation.state);
  if (reservation.state === 'held') await giveBack(ctx, await heldLines(ctx, [reservation.reservationId]));
  // An expired reservation becomes released, so that a late payment cannot take the goods again.
  return reservation.state === 'released' ? reservation : end(ctx, reservation, 'released');
}

/** Ends reservations whose time has run out, at most `limit` of one tenant, and gives their pieces back. Returns their references. */
export async function expireReservations(ctx: StockContext, limit = 500): Promise<string[]> {
  const due = await ctx.tx.query<{ reservation_id: string; reference: string }>(
    `select reservation_id, reference from catalog.reservations
      where tenant_id = $1 and state = 'held' and expires_at <= $2
      order by expires_at limit $3 for update skip locked`,
    [ctx.tenantId, ctx.now, limit],
  );
  if (due.length === 0) return [];
  const ids = due.map((row) => row.reservation_id);
  await giveBack(ctx, await heldLines(ctx, ids));
  await ctx.tx.execute(
    `update catalog.reservations set state = 'expired', ended_at = $3 where tenant_id = $1 and reservation_id = any($2)`,
    [ctx.tenantId, ids, ctx.now],
  );
  return due.map((row) => row.reference);
}

/** Expires due reservations of all tenants; runs every minute. */
export async function expireAllReservations({ database, signal }: JobContext): Promise<void> {
  const tenants = await database.work({ tenantId: null, scope: { all: true } }, (tx) =>
    tx.query<{ tenant_id: number }>(
      `select distinct tenant_id from catalog.reservations where state = 'held' and expires_at <= now()`,
    ),
  );
  for (const { tenant_id: tenantId } of tenants) {
    let ended = 1;
    while (ended > 0 && !signal.aborted) {
      ended = await database.work({ tenantId, scope: { all: true } }, async (tx) => {
        const ctx = {
          tx,
          tenantId,
          now: tx.now,
          actor: { kind: 'system', name: 'catalog.expire-reservations' },
        } as const;
        return (await expireReservations(ctx)).length;
      });
    }
  }
}

async function giveBack(ctx: StockContext, lines: readonly HeldLine[]): Promise<void> {
  await lockRows(ctx, lines);
  await ctx.tx.execute(
    `update catalog.stock s set reserved = s.reserved - l.quantity
       from unnest($2::uuid[], $3::int[], $4::smallint[], $5::int[]) as l(sku_id, location_id, bucket, quantity)
      where s.tenant_id = $1 and s.sku_id = l.sku_id and s.location_id = l.location_id and s.bucket = l.bucket`,
    [ctx.tenantId, ...columns(lines)],
  );
}

async function lockRows(ctx: StockContext, lines: readonly HeldLine[]): Promise<void> {
  if (lines.length < 2) return;
  await ctx.tx.query(
    `select 1 from catalog.stock s
      where s.tenant_id = $1 and (s.sku_id, s.location_id, s.bucket) in (select * from unnest($2::uuid[], $3::int[], $4::smallint[]))
      order by s.sku_id, s.location_id, s.bucket for update of s`,
    [ctx.tenantId, ...columns(lines).slice(0, 3)],
  );
}

function columns(lines: readonly HeldLine[]): [string[], number[], number[], number[]] {
  return [
    lines.map((line) => line.skuId),
    lines.map((line) => line.locationId),
    lines.map((line) => line.bucket),
    lines.map((line) => line.quantity),
  ];
}

async function end(ctx: StockContext, reservation: Reservation, state: ReservationState): Promise<Reservation> {
  await ctx.tx.execute(
    `update catalog.reservations set state = $3, ended_at = $4 where tenant_id = $1 and reservation_id = $2`,
    [ctx.tenantId, reservation.reservationId, state, ctx.now],
  );
  return { ...reservation, state };
}
