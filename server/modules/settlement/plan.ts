import * as z from 'zod';

import type { DefinitionKind, DefinitionProblem } from '#platform/definitions';
import { allocate } from '#platform/money';

/** Order commissions of distributors and payment-channel profit sharing together stay within 30 % of an order. */
export const highestRateBps = 3_000;

/** A stepped commission plan: which rate applies at which measure of a calendar month. */
export const SettlementPlan = z.object({
  kind: z.literal('stepped'),
  /** What is counted: new customers, kept orders, or kept net sales in minor units. */
  measure: z.enum(['new_customers', 'orders', 'net_sales']),
  /** whole: the reached rate for all of the month; marginal: each slice at its own rate. */
  mode: z.enum(['whole', 'marginal']),
  /** Ascending; `upTo` is inclusive, the last one is null. `[9, 50, null]` reads: below 10, 10 to 50, above 50. */
  bands: z
    .array(z.object({ upTo: z.int().min(1).nullable(), rateBps: z.int().min(0).max(10_000) }))
    .min(1)
    .max(20),
  /** What the rate is applied to: goods paid for, after discounts, coupons and points, without freight, less refunds. */
  base: z.literal('net_goods').default('net_goods'),
  /** Days after receipt until a commission is payable; the after-sales window must be over by then. */
  holdDays: z.int().min(0).max(180).default(15),
  /** Only the direct sharer is paid. Deeper levels of the share tree are for analysis. */
  paidLevels: z.literal(1).default(1),
});
export type SettlementPlan = z.output<typeof SettlementPlan>;

/** What stops a plan from being published. */
export function planProblems(_ctx: unknown, { bands }: SettlementPlan): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  bands.forEach(({ upTo, rateBps }, index) => {
    const last = index === bands.length - 1;
    const before = bands[index - 1]?.upTo ?? 0;
    if (last !== (upTo === null)) problems.push({ code: 'plan_last_band_is_open', path: `bands.${index}` });
    if (upTo !== null && upTo <= before) problems.push({ code: 'plan_bands_ascend', path: `bands.${index}` });
    if (rateBps > highestRateBps)
      problems.push({ code: 'plan_rate_above_cap', path: `bands.${index}`, parameters: { highestRateBps } });
  });
  return problems;
}

export const settlementPlanKind: DefinitionKind<SettlementPlan> = {
  kind: 'settlement_plan',
  schema: SettlementPlan,
  problems: planProblems,
};

/** One order of a partner's month. */
export interface PlanFact {
  readonly orderId: string;
  /** What of the base is kept after refunds; 0 when nothing is. */
  readonly keptBaseMinor: number;
  readonly isNewCustomer: boolean;
  /** Orders are counted in this order (UTC milliseconds, then id). */
  readonly paidAtMs: number;
}

export interface CommissionLine {
  readonly orderId: string;
  readonly amountMinor: number;
  readonly rateBps: number;
  /** Index of the band that gave the rate; of the last one where several did. */
  readonly band: number;
}

export interface Commission {
  readonly totalMinor: number;
  /** The measure of the month: new customers, orders, or net sales in minor units. */
  readonly measured: number;
  readonly lines: readonly CommissionLine[];
}

function bandAt({ bands }: SettlementPlan, measured: number): { rateBps: number; band: number } {
  const band = bands.findIndex(({ upTo }) => upTo === null || measured <= upTo);
  const index = band === -1 ? bands.length - 1 : band;
  return { rateBps: bands[index]?.rateBps ?? 0, band: index };
}

const byTime = (a: PlanFact, b: PlanFact) =>
  a.paidAtMs - b.paidAtMs || (a.orderId < b.orderId ? -1 : a.orderId > b.orderId ? 1 : 0);

const floorBps = (amountTimesBps: bigint) => Number(amountTimesBps / 10_000n);

/**
 * The commission of one partner's month, floored to minor units: the target for every order. Pure; running, rehearsing and explaining
 * call it, and a refund is the difference between two calls. Rules and numbers: commerce rules §4.6.
 */
export function decideCommission(plan: SettlementPlan, facts: readonly PlanFact[]): Commission {
  const kept = facts.filter(({ keptBaseMinor }) => keptBaseMinor > 0).toSorted(byTime);
  const sales = kept.reduce((sum, { keptBaseMinor }) => sum + keptBaseMinor, 0);
  const newCustomers = kept.filter(({ isNewCustomer }) => isNewCustomer).length;
  const measured = plan.measure === 'orders' ? kept.length : plan.measure === 'new_customers' ? newCustomers : sales;
  const lines = plan.mode === 'whole' ? wholeLines(plan, kept, measured) : marginalLines(plan, kept);
  return { totalMinor: lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0), measured, lines };
}

function wholeLines(plan: SettlementPlan, kept: readonly PlanFact[], measured: number): CommissionLine[] {
  const { rateBps, band } = bandAt(plan, measured);
  const bases = kept.map(({ keptBaseMinor }) => keptBaseMinor);
  const total = floorBps(BigInt(bases.reduce((sum, base) => sum + base, 0)) * BigInt(rateBps));
  const parts = allocate(total, bases);
  return kept.map(({ orderId }, index) => ({ orderId, amountMinor: parts[index] ?? 0, rateBps, band }));
}

function marginalLines(plan: SettlementPlan, kept: readonly PlanFact[]): CommissionLine[] {
  let orders = 0;
  let customers = 0;
  let sales = 0;
  return kept.map(({ orderId, keptBaseMinor, isNewCustomer }) => {
    orders += 1;
    customers += isNewCustomer ? 1 : 0;
    const from = sales;
    sales += keptBaseMinor;
    if (plan.measure === 'net_sales') {
      const amountMinor = floorBps(slices(plan, sales)) - floorBps(slices(plan, from));
      return { orderId, amountMinor, ...bandAt(plan, sales) };
    }
    // A repeat order of a customer already counted stands where the count stands; before the first one, in the first band.
    const at = bandAt(plan, plan.measure === 'orders' ? orders : Math.max(customers, 1));
    return { orderId, amountMinor: floorBps(BigInt(keptBaseMinor) * BigInt(at.rateBps)), ...at };
  });
}

/** Sales up to an amount, each slice times its own rate, in minor units × basis points. */
function slices({ bands }: SettlementPlan, upToMinor: number): bigint {
  let below = 0;
  let sum = 0n;
  for (const { upTo, rateBps } of bands) {
    const end = Math.min(upTo ?? upToMinor, upToMinor);
    if (end > below) sum += BigInt(end - below) * BigInt(rateBps);
    below = Math.max(below, end);
  }
  return sum;
}
