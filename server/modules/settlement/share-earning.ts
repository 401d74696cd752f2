import { listProducts } from '#catalog';
import { brandClock } from '#org';
import type { Context } from '#platform/context';
import { runningDefinitions, versionOf } from '#platform/definitions';
import { localTime } from '#platform/local-time';

import { decideCommission, settlementPlanKind } from './plan.ts';
import type { PlanFact, SettlementPlan } from './plan.ts';

/** What a share is worth to who sends it. */
export interface ShareEarning {
  readonly rateBps: number;
  /** For one piece at its lowest price; null for a share of no product. */
  readonly amountMinor: number | null;
  readonly currency: string;
  readonly holdDays: number;
}

const nextOrder = '~next';

/** What the next order of a month earns its partner: its own line of the decision with it, by a returning customer. Pure. */
export function nextCommission(
  plan: SettlementPlan,
  facts: readonly PlanFact[],
  baseMinor: number,
): { readonly rateBps: number; readonly amountMinor: number } {
  const lastMs = facts.reduce((last, { paidAtMs }) => Math.max(last, paidAtMs), 0);
  const fact = { orderId: nextOrder, keptBaseMinor: baseMinor, isNewCustomer: false, paidAtMs: lastMs + 1 };
  const line = decideCommission(plan, [...facts, fact]).lines.find(({ orderId }) => orderId === nextOrder);
  return { rateBps: line?.rateBps ?? 0, amountMinor: line?.amountMinor ?? 0 };
}

/**
 * What the next order through a customer's share would earn them now, by the version their month is bound to, else the one in force; null
 * where no plan runs. A product that is not on sale earns nothing to speak of, so it has no amount.
 */
export async function shareEarning(
  ctx: Context,
  customerId: number,
  productId: string | undefined,
): Promise<ShareEarning | null> {
  const [running] = await runningDefinitions(ctx.tx, settlementPlanKind, ctx.tenantId);
  if (!running) return null;
  const { zone, currency } = await brandClock(ctx);
  const month = `${localTime(ctx.now, zone).on.slice(0, 7)}-01`;
  const [bound] = await ctx.tx.query<{ version: number }>(
    `select version from settlement.periods where tenant_id = $1 and plan_id = $2 and partner_customer_id = $3 and period_on = $4 limit 1`,
    [ctx.tenantId, running.definitionId, customerId, month],
  );
  const plan = bound
    ? (await versionOf(ctx, settlementPlanKind, running.definitionId, bound.version)).content
    : running.content;
  const facts = await ctx.tx.query<PlanFact>(
    `select order_id as "orderId", kept_base_minor as "keptBaseMinor", is_first_order as "isNewCustomer",
            (extract(epoch from paid_at) * 1000)::bigint as "paidAtMs"
       from settlement.entries where tenant_id = $1 and plan_id = $2 and partner_customer_id = $3 and period_on = $4`,
    [ctx.tenantId, running.definitionId, customerId, month],
  );
  const priceMinor =
    productId === undefined
      ? null
      : ((await listProducts(ctx, { productIds: [productId], status: 'on_sale' }, { limit: 1 })).items[0]
          ?.minPriceFen ?? null);
  // Without a price the rate is that of an order of no size to speak of.
  const { rateBps, amountMinor } = nextCommission(plan, facts, priceMinor ?? 1);
  return { rateBps, amountMinor: priceMinor === null ? null : amountMinor, currency, holdDays: plan.holdDays };
}
