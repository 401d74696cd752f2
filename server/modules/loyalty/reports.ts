import { accountBalances, monthlyTurnover } from '#ledger';
import type { Turnover } from '#ledger';

import { pointsExpired, pointsIssued, pointsRedeemed } from './accounts.ts';
import type { Programme } from './programme.ts';
import { readRunning } from './running.ts';
import type { LoyaltyContext } from './running.ts';

export interface PointsMonth {
  readonly monthOn: string;
  readonly earned: number;
  readonly clawedBack: number;
  readonly spent: number;
  readonly returned: number;
  readonly expired: number;
}

/** What the company owes in points, and how it came about. */
export interface PointsLiability {
  readonly outstanding: number;
  readonly issued: number;
  readonly redeemed: number;
  readonly expired: number;
  /** Spent of what was issued, in ten-thousandths. */
  readonly redemptionRateBps: number;
  /** What the outstanding points would take off orders, in fen. */
  readonly outstandingFen: number;
  /** Share of the points that left which expired, applied to what is outstanding: points expected never to be spent. */
  readonly expectedBreakage: number;
  readonly months: readonly PointsMonth[];
}

/** The liability now, and twelve months of movements; from the ledger's totals, never from its entries. */
export async function readLiability(ctx: LoyaltyContext): Promise<PointsLiability> {
  const { zone, points } = await readRunning(ctx);
  const [issued = 0, redeemed = 0, expired = 0] = await accountBalances(ctx, [
    pointsIssued,
    pointsRedeemed,
    pointsExpired,
  ]);
  const outstanding = issued - redeemed - expired;
  const gone = redeemed + expired;
  return {
    outstanding,
    issued,
    redeemed,
    expired,
    redemptionRateBps: issued > 0 ? Math.round((redeemed * 10_000) / issued) : 0,
    outstandingFen: points ? Math.floor((Math.max(0, outstanding) * 100) / points.rules.redeem.pointsPerUnit) : 0,
    expectedBreakage: gone > 0 ? Math.round((Math.max(0, outstanding) * expired) / gone) : 0,
    months: await readMonths(ctx, zone),
  };
}

async function readMonths(ctx: LoyaltyContext, zone: string): Promise<PointsMonth[]> {
  const from = new Date(ctx.now.getTime() - 366 * 86_400_000);
  const range = { from, until: new Date(ctx.now.getTime() + 3_600_000), zone };
  const turnovers = {
    issued: await monthlyTurnover(ctx, { account: pointsIssued, ...range }),
    redeemed: await monthlyTurnover(ctx, { account: pointsRedeemed, ...range }),
    expired: await monthlyTurnover(ctx, { account: pointsExpired, ...range }),
  };
  const months = new Set(Object.values(turnovers).flatMap((rows) => rows.map(({ periodOn }) => periodOn)));
  const sum = (rows: readonly Turnover[], monthOn: string, side: 'debits' | 'credits') =>
    rows.filter(({ periodOn }) => periodOn === monthOn).reduce((total, row) => total + row[side], 0);
  return [...months].toSorted().map((monthOn) => ({
    monthOn,
    earned: sum(turnovers.issued, monthOn, 'debits'),
    clawedBack: sum(turnovers.issued, monthOn, 'credits'),
    spent: sum(turnovers.redeemed, monthOn, 'credits'),
    returned: sum(turnovers.redeemed, monthOn, 'debits'),
    expired: sum(turnovers.expired, monthOn, 'credits'),
  }));
}

/** One tier in the tier report. Money in minor units. */
export interface TierFigures {
  readonly tierCode: string | null;
  readonly members: number;
  readonly buyers: number;
  readonly orders: number;
  readonly spendMinor: number;
  readonly reached: number;
  readonly lost: number;
}

/** Members, purchases and movements per tier over a period; lowest tier first, members without a tier on top. */
export async function readTierReport(
  ctx: LoyaltyContext,
  { programmeId, content }: Pick<Programme, 'programmeId' | 'content'>,
  { from, until }: { from: Date; until: Date },
): Promise<TierFigures[]> {
  const rows = await ctx.tx.query<TierFigures>(
    `with bought as (
       select customer_id, count(*) filter (where kind = 'sale' and amount_minor > 0) as orders, sum(amount_minor) as spend
         from orders.purchases where tenant_id = $1 and bought_at >= $3 and bought_at < $4 and currency = $5 group by customer_id),
     moved as (
       select tier, sum(reached)::int as reached, sum(lost)::int as lost from (
         select to_tier as tier, 1 as reached, 0 as lost from loyalty.tier_changes
          where tenant_id = $1 and programme_id = $2 and changed_at >= $3 and changed_at < $4
         union all
         select from_tier, 0, 1 from loyalty.tier_changes
          where tenant_id = $1 and programme_id = $2 and changed_at >= $3 and changed_at < $4) c group by tier)
     select m.tier_code as "tierCode", count(*)::int as members, count(b.customer_id) filter (where b.orders > 0)::int as buyers,
            coalesce(sum(b.orders), 0)::bigint as orders, coalesce(sum(b.spend), 0)::bigint as "spendMinor",
            coalesce(max(v.reached), 0) as reached, coalesce(max(v.lost), 0) as lost
       from loyalty.members m left join bought b using (customer_id) left join moved v on v.tier is not distinct from m.tier_code
      where m.tenant_id = $1 and m.programme_id = $2 and m.status = 'active' group by m.tier_code`,
    [ctx.tenantId, programmeId, from, until, content.currency],
  );
  const found = new Map(rows.map((row) => [row.tierCode, row]));
  const none = { members: 0, buyers: 0, orders: 0, spendMinor: 0, reached: 0, lost: 0 };
  return [null, ...content.tiers.map(({ code }) => code)].map(
    (tierCode) => found.get(tierCode) ?? { tierCode, ...none },
  );
}
