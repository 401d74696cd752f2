import { allocateDebit, balancesOf, customerAccount, holdStates, postTransfers } from '#ledger';
import { emit } from '#platform/outbox';

import { points, pointsRedeemed } from './accounts.ts';
import { NoPointsProgramme, PointsNotUsable, RedemptionDiffers, RedemptionNotFound, ReturnsTooMuch } from './errors.ts';
import type { PointsRules } from './programme.ts';
import { endOfDayAfter } from './purchases.ts';
import { readRunning } from './running.ts';
import type { LoyaltyContext } from './running.ts';

/** How many points a customer can put into an order, and what they are worth. */
export interface PointsQuote {
  /** Points the customer has available; negative while a debt is open. */
  readonly available: number;
  /** The most that can be used on this order; 0 when none can. */
  readonly usablePoints: number;
  readonly usableFen: number;
  /** What the points asked for are worth (the usable ones when none were asked for). */
  readonly points: number;
  readonly offsetFen: number;
  readonly reason: 'in_debt' | 'below_minimum' | 'nothing_to_pay' | 'no_programme' | null;
}

/** Money for points and back: `pointsPerUnit` points are worth one whole unit (100 fen). */
export function worthFen(amount: number, { redeem }: Pick<PointsRules, 'redeem'>): number {
  return Math.floor((amount * 100) / redeem.pointsPerUnit);
}

/** The least points that are worth an amount: no customer pays points for a fraction of a fen. */
export function pointsWorth(offsetFen: number, { redeem }: Pick<PointsRules, 'redeem'>): number {
  return Math.ceil((offsetFen * redeem.pointsPerUnit) / 100);
}

/** The most points an order of `payableFen` takes from someone with `available` points. */
export function usablePoints(
  rules: Pick<PointsRules, 'redeem'>,
  available: number,
  payableFen: number,
): { points: number; reason: PointsQuote['reason'] } {
  if (available < 0) return { points: 0, reason: 'in_debt' };
  const capFen = Math.floor((payableFen * rules.redeem.capBps) / 10_000);
  if (capFen <= 0) return { points: 0, reason: 'nothing_to_pay' };
  const most = Math.min(available, rules.redeem.maxPoints ?? available);
  const offsetFen = Math.min(capFen, worthFen(most, rules));
  const usable = pointsWorth(offsetFen, rules);
  return usable > 0 && usable >= rules.redeem.minPoints
    ? { points: usable, reason: null }
    : { points: 0, reason: 'below_minimum' };
}

/** Quotes points as part of the payment of an order whose goods still cost `payableFen` after promotions and coupons. */
export async function quotePoints(
  ctx: LoyaltyContext,
  { customerId, payableFen, points: wanted }: { customerId: number; payableFen: number; points?: number | undefined },
): Promise<PointsQuote> {
  const running = await readRunning(ctx);
  const available = (await balancesOf(ctx, points, [customerId])).get(customerId)?.available ?? 0;
  if (!running.points)
    return { available, usablePoints: 0, usableFen: 0, points: 0, offsetFen: 0, reason: 'no_programme' };
  const { rules } = running.points;
  const usable = usablePoints(rules, available, payableFen);
  const usableFen = worthFen(usable.points, rules);
  const chosen = Math.min(usable.points, wanted ?? usable.points);
  const offsetFen = worthFen(chosen, rules);
  const taken = pointsWorth(offsetFen, rules);
  const enough = taken >= rules.redeem.minPoints;
  return {
    available,
    usablePoints: usable.points,
    usableFen,
    points: enough ? taken : 0,
    offsetFen: enough ? offsetFen : 0,
    reason: usable.reason ?? (enough || wanted === 0 ? null : 'below_minimum'),
  };
}

interface Part {
  readonly originCustomerId: number;
  readonly points: number;
}

/** Points in an order. */
export interface Redemption {
  readonly orderId: string;
  readonly customerId: number;
  readonly status: 'held' | 'posted' | 'released';
  readonly points: number;
  readonly offsetFen: number;
  readonly returned: number;
}

type Row = Redemption & { readonly parts: readonly Part[] };

const columns = `order_id as "orderId", customer_id as "customerId", status, points, offset_fen as "offsetFen", returned, parts`;

/**
 * Reserves points for an unpaid order, oldest lots first over the merged person; answers their worth in fen. The same order again with the
 * same points is success. `timeoutS` gives them back by itself when neither payment nor cancellation ever comes.
 */
export async function holdPoints(
  ctx: LoyaltyContext,
  {
    orderId,
    customerId,
    points: wanted,
    payableFen,
    timeoutS,
  }: { orderId: string; customerId: number; points: number; payableFen: number; timeoutS?: number | undefined },
): Promise<Redemption> {
  const known = await lockRedemption(ctx, orderId);
  if (known) {
    if (known.points !== wanted || known.customerId !== customerId || known.status === 'released')
      throw new RedemptionDiffers(orderId);
    return known;
  }
  const running = await readRunning(ctx);
  if (!running.points) throw new NoPointsProgramme();
  const { rules } = running.points;
  const available = (await balancesOf(ctx, points, [customerId])).get(customerId)?.available ?? 0;
  const usable = usablePoints(rules, available, payableFen);
  const offsetFen = worthFen(wanted, rules);
  if (wanted > usable.points || wanted < rules.redeem.minPoints || offsetFen <= 0)
    throw new PointsNotUsable(usable.points);
  const parts = await allocateDebit(ctx, { kind: points, customerId, amount: wanted });
  await postTransfers(
    ctx,
    parts.map(({ account, amount }) => ({
      kind: 'hold' as const,
      key: `points-hold:${orderId}:${originOf(account.owner)}`,
      debit: account,
      credit: pointsRedeemed,
      amount,
      reason: 'points.spend',
      reference: `order:${orderId}`,
      ...(timeoutS === undefined ? {} : { timeoutS }),
    })),
  );
  const stored = parts.map(({ account, amount }) => ({ originCustomerId: originOf(account.owner), points: amount }));
  // A concurrent copy of the same checkout may have been first: its holds were ours, under the same keys.
  await ctx.tx.execute(
    `insert into loyalty.redemptions (tenant_id, order_id, customer_id, points, offset_fen, parts, held_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [ctx.tenantId, orderId, customerId, wanted, offsetFen, JSON.stringify(stored), ctx.now],
  );
  return { orderId, customerId, status: 'held', points: wanted, offsetFen, returned: 0 };
}

function originOf(owner: object): number {
  return 'originCustomerId' in owner ? Number(owner.originCustomerId) : 0;
}

async function lockRedemption(ctx: LoyaltyContext, orderId: string): Promise<Row | undefined> {
  const [row] = await ctx.tx.query<Row>(
    `select ${columns} from loyalty.redemptions where tenant_id = $1 and order_id = $2 for update`,
    [ctx.tenantId, orderId],
  );
  return row;
}

async function endRedemption(ctx: LoyaltyContext, orderId: string, status: 'posted' | 'released'): Promise<void> {
  await ctx.tx.execute(
    `update loyalty.redemptions set status = $3, ended_at = $4 where tenant_id = $1 and order_id = $2`,
    [ctx.tenantId, orderId, status, ctx.now],
  );
}

/** Spends the points of an order that was paid; again is success. Refused by `hold_expired` when their time was over before. */
export async function postPoints(ctx: LoyaltyContext, { orderId }: { orderId: string }): Promise<Redemption> {
  const redemption = await lockRedemption(ctx, orderId);
  if (!redemption) throw new RedemptionNotFound(orderId);
  if (redemption.status === 'posted') return redemption;
  if (redemption.status === 'released') throw new RedemptionDiffers(orderId);
  await postTransfers(
    ctx,
    redemption.parts.map(({ originCustomerId }) => ({
      kind: 'post' as const,
      key: `points-post:${orderId}:${originCustomerId}`,
      holdKey: `points-hold:${orderId}:${originCustomerId}`,
    })),
  );
  await endRedemption(ctx, orderId, 'posted');
  await emit(ctx, [
    {
      tenantId: ctx.tenantId,
      name: 'Points Spent',
      messageId: `points-spent:${orderId}`,
      occurredAt: ctx.now,
      customerId: redemption.customerId,
      properties: {
        points: redemption.points,
        order_id: orderId,
        reference: `order:${orderId}`,
        amount_fen: redemption.offsetFen,
      },
    },
  ]);
  return { ...redemption, status: 'posted' };
}

/** Gives the reserved points of an order back that was not paid; again, or without any points in it, is success. */
export async function releasePoints(ctx: LoyaltyContext, { orderId }: { orderId: string }): Promise<Redemption | null> {
  const redemption = await lockRedemption(ctx, orderId);
  if (!redemption || redemption.status !== 'held') return redemption ?? null;
  const expired = await expiredHolds(ctx, redemption);
  await postTransfers(
    ctx,
    redemption.parts
      .filter(({ originCustomerId }) => !expired.has(originCustomerId))
      .map(({ originCustomerId }) => ({
        kind: 'void' as const,
        key: `points-void:${orderId}:${originCustomerId}`,
        holdKey: `points-hold:${orderId}:${originCustomerId}`,
      })),
  );
  await endRedemption(ctx, orderId, 'released');
  return { ...redemption, status: 'released' };
}

/** Which parts of a redemption had been given back because their time was over. */
async function expiredHolds(ctx: LoyaltyContext, { orderId, parts }: Row): Promise<Set<number>> {
  const keys = new Map(
    parts.map(({ originCustomerId }) => [`points-hold:${orderId}:${originCustomerId}`, originCustomerId]),
  );
  const states = await holdStates(ctx, [...keys.keys()]);
  return new Set([...keys].filter(([key]) => states.get(key) === 'expired').map(([, origin]) => origin));
}

/**
 * Gives spent points of a refunded order back into the lots they came from. A lot that expired meanwhile is granted anew for the
 * programme's days, or forfeited. `refundKey` names the refund: again is success.
 */
export async function returnPoints(
  ctx: LoyaltyContext,
  { orderId, points: amount, refundKey }: { orderId: string; points: number; refundKey: string },
): Promise<Redemption> {
  const redemption = await lockRedemption(ctx, orderId);
  if (!redemption || redemption.status !== 'posted') throw new RedemptionNotFound(orderId);
  const done = await ctx.tx.query(
    `select from loyalty.point_returns where tenant_id = $1 and order_id = $2 and refund_key = $3 and points = $4`,
    [ctx.tenantId, orderId, refundKey, amount],
  );
  if (done.length > 0) return redemption;
  const left = redemption.points - redemption.returned;
  if (amount > left || amount <= 0) throw new ReturnsTooMuch(left);
  const lot = await regrantTerms(ctx);
  const current = redemption.customerId;
  await postTransfers(
    ctx,
    partsToReturn(redemption, amount).map(({ originCustomerId, points: part }) => ({
      key: `points-return:${orderId}:${refundKey}:${originCustomerId}`,
      debit: pointsRedeemed,
      credit: customerAccount(points, originCustomerId, current),
      amount: part,
      reason: 'points.return',
      reference: `order:${orderId}`,
      reverses: `points-post:${orderId}:${originCustomerId}`,
      ...(lot ? { lot } : {}),
    })),
  );
  await ctx.tx.execute(
    `with noted as (insert into loyalty.point_returns (tenant_id, order_id, refund_key, points, returned_at) values ($1, $2, $3, $4, $5))
     update loyalty.redemptions set returned = returned + $4 where tenant_id = $1 and order_id = $2`,
    [ctx.tenantId, orderId, refundKey, amount, ctx.now],
  );
  return { ...redemption, returned: redemption.returned + amount };
}

/** Which accounts a return goes to: the last parts first, after what was returned before. */
export function partsToReturn({ parts, returned }: Pick<Row, 'parts' | 'returned'>, amount: number): Part[] {
  let skip = returned;
  let missing = amount;
  const back: Part[] = [];
  for (const { originCustomerId, points: spent } of parts.toReversed()) {
    const open = Math.max(0, spent - skip);
    skip = Math.max(0, skip - spent);
    const part = Math.min(open, missing);
    if (part > 0) back.push({ originCustomerId, points: part });
    missing -= part;
  }
  return back;
}

async function regrantTerms(ctx: LoyaltyContext): Promise<{ availableAt: Date; expiresAt: Date } | undefined> {
  const { points: inForce, zone } = await readRunning(ctx);
  const policy = inForce?.rules.returnAfterExpiry;
  if (!policy || policy === 'forfeit') return undefined;
  const [row] = await ctx.tx.query<{ until: Date }>(
    `select ${endOfDayAfter('($1::timestamptz + make_interval(days => $3))', '$2', '0')} as until`,
    [ctx.now, zone, policy.regrantDays],
  );
  return row ? { availableAt: ctx.now, expiresAt: row.until } : undefined;
}
