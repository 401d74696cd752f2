import type { NewTransfer } from '#ledger';
import { customerAccount } from '#ledger';
import { allocate } from '#platform/money';

import { points, pointsIssued } from './accounts.ts';
import type { PointsRules } from './programme.ts';
import type { Purchase } from './purchases.ts';

/** One earning of an order and what a refund may still take back of it. */
export interface Earning {
  readonly version: number;
  readonly points: number;
  readonly left: number;
}

/** What an order has earned so far. */
export interface OrderPoints {
  readonly orderId: string;
  readonly originCustomerId: number;
  readonly customerId: number;
  readonly rateBps: number;
  readonly baseMinor: number;
  readonly points: number;
  readonly version: number;
  readonly earnings: readonly Earning[];
  readonly lines: readonly { readonly sku: string; readonly points: number }[];
  readonly boughtAt: Date;
  readonly receivedAt: Date | null;
  readonly availableAt: Date;
  readonly expiresAt: Date;
}

const dayMs = 86_400_000;

/** Points for an amount at a rate: rounded down once for the whole order; what a return takes back is the same, negative. */
export function pointsFor(amountMinor: number, rateBps: number): number {
  const magnitude = Number((BigInt(Math.abs(amountMinor)) * BigInt(rateBps)) / 1_000_000n);
  return amountMinor < 0 && magnitude > 0 ? -magnitude : magnitude;
}

/** The rate of a purchase: the channel's, times the member's multiplier. */
export function rateFor(rules: PointsRules, channel: string, multiplierBps: number): number {
  const rate = rules.channelRates.find((one) => one.channel === channel)?.earnRateBps ?? rules.earnRateBps;
  return Math.floor((rate * multiplierBps) / 10_000);
}

/** When an order's points become spendable: some days after receipt, and after an unconfirmed receipt at the latest. */
export function availableFrom(rules: PointsRules, boughtAt: Date, receivedAt: Date | null): Date {
  const latest = boughtAt.getTime() + (rules.autoReceiveDays + rules.holdDays) * dayMs;
  const afterReceipt = receivedAt === null ? latest : receivedAt.getTime() + rules.holdDays * dayMs;
  return new Date(Math.min(latest, afterReceipt));
}

/** Spreads an order's points over its lines by largest remainder; they add up to the order's points. */
export function spreadPoints(
  total: number,
  lines: readonly { readonly sku: string; readonly amountMinor: number }[],
): { sku: string; points: number }[] {
  if (lines.length === 0 || total <= 0) return [];
  const parts = allocate(
    total,
    lines.map(({ amountMinor }) => Math.max(0, amountMinor)),
  );
  return lines.map(({ sku }, index) => ({ sku, points: parts[index] ?? 0 }));
}

export interface OrderPlan {
  readonly row: OrderPoints;
  readonly transfers: readonly NewTransfer[];
  /** Points that came (positive) or went. */
  readonly delta: number;
}

/** The key of an earning's transfer. */
export function earnKey(orderId: string, version: number): string {
  return `points-earn:${orderId}:${version}`;
}

/**
 * Moves an order's points to their target ⌊rate · kept base⌋. The base is what the order counts for today, so any sequence of payments,
 * partial refunds, exclusions and repeats ends at the same points. Null when nothing changed.
 */
export function planOrder({
  purchase,
  known,
  rules,
  rateBps,
  receivedAt,
  now,
}: {
  readonly purchase: Purchase | undefined;
  readonly known: OrderPoints | undefined;
  readonly rules: PointsRules;
  readonly rateBps: number;
  readonly receivedAt: Date | null;
  readonly now: Date;
}): OrderPlan | null {
  const before = known ?? (purchase && freshRow(purchase, rules, rateBps, receivedAt));
  if (!before) return null;
  const baseMinor = purchase ? purchase.amountMinor : 0;
  const isReturn = purchase?.kind === 'return';
  const target = pointsFor(isReturn ? Math.min(0, baseMinor) : Math.max(0, baseMinor), before.rateBps);
  const wanted = target - before.points;
  // What would have expired by now, or was bought before points began, is not earned; taking back what was earned goes on.
  const tooLate = before.expiresAt <= now || (rules.earnFrom !== null && before.boughtAt < rules.earnFrom);
  const delta = wanted > 0 && tooLate ? 0 : wanted;
  if (delta === 0)
    return known && known.baseMinor === baseMinor ? null : { row: { ...before, baseMinor }, transfers: [], delta };
  const version = before.version + 1;
  const { earnings, transfers } = delta > 0 ? earn(before, version, delta) : takeBack(before, version, -delta);
  return { row: { ...before, baseMinor, points: target, version, earnings }, transfers, delta };
}

function freshRow(purchase: Purchase, rules: PointsRules, rateBps: number, receivedAt: Date | null): OrderPoints {
  const { orderId, originCustomerId, customerId, boughtAt, expiresAt } = purchase;
  const availableAt = availableFrom(rules, boughtAt, receivedAt);
  const nothing = { baseMinor: 0, points: 0, version: 0, earnings: [], lines: [] };
  return { orderId, originCustomerId, customerId, rateBps, ...nothing, boughtAt, receivedAt, availableAt, expiresAt };
}

function earn(order: OrderPoints, version: number, amount: number): { earnings: Earning[]; transfers: NewTransfer[] } {
  return {
    earnings: [...order.earnings, { version, points: amount, left: amount }],
    transfers: [
      {
        key: earnKey(order.orderId, version),
        debit: pointsIssued,
        credit: customerAccount(points, order.originCustomerId, order.customerId),
        amount,
        reason: 'points.earn',
        reference: `order:${order.orderId}`,
        lot: { availableAt: order.availableAt, expiresAt: order.expiresAt },
      },
    ],
  };
}

/** Takes points back from the order's own earnings, latest first; a return that names no order takes them from the customer. */
function takeBack(
  order: OrderPoints,
  version: number,
  amount: number,
): { earnings: Earning[]; transfers: NewTransfer[] } {
  const movement = {
    debit: customerAccount(points, order.originCustomerId, order.customerId),
    credit: pointsIssued,
    reason: 'points.clawback',
    reference: `order:${order.orderId}`,
    allowDebt: true,
  };
  const transfers: NewTransfer[] = [];
  let missing = amount;
  const earnings = order.earnings
    .toReversed()
    .map((earning) => {
      const part = Math.min(earning.left, missing);
      if (part === 0) return earning;
      missing -= part;
      const key = `points-clawback:${order.orderId}:${version}:${earning.version}`;
      transfers.push({ ...movement, key, amount: part, reverses: earnKey(order.orderId, earning.version) });
      return { ...earning, left: earning.left - part };
    })
    .toReversed();
  if (missing > 0)
    transfers.push({ ...movement, key: `points-clawback:${order.orderId}:${version}:0`, amount: missing });
  return { earnings, transfers };
}
