import { programmeWindows, reachedTier } from './programme.ts';
import type { ProgrammeContent } from './programme.ts';
import { readFacts } from './purchases.ts';
import { readRunning } from './running.ts';
import type { LoyaltyContext } from './running.ts';

const customersPerStep = 5_000;

/** How many customers each tier of some rules would have by their purchases today, beside how many have it now. Changes nothing. */
export async function rehearseProgramme(
  ctx: LoyaltyContext,
  programmeId: string,
  content: ProgrammeContent,
): Promise<{ customers: number; tiers: { tierCode: string | null; members: number; before: number }[] }> {
  const { zone } = await readRunning(ctx);
  const terms = { windows: programmeWindows(content), zone, currency: content.currency, channels: content.channels };
  const counts = new Map<string | null, number>();
  let customers = 0;
  let after = 0;
  for (;;) {
    const people = await ctx.tx.query<{ customer_id: number }>(
      `select distinct customer_id from orders.purchases where tenant_id = $1 and customer_id > $2 order by customer_id limit $3`,
      [ctx.tenantId, after, customersPerStep],
    );
    const facts = await readFacts(
      ctx,
      people.map(({ customer_id: customerId }) => ({ customerId, asOf: ctx.now })),
      terms,
    );
    for (const one of facts.values()) {
      const code = reachedTier(content, one).tier?.code ?? null;
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    customers += people.length;
    after = people.at(-1)?.customer_id ?? after;
    if (people.length < customersPerStep) break;
  }
  const before = await membersPerTier(ctx, programmeId);
  const tiers = [null, ...content.tiers.map(({ code }) => code)];
  return {
    customers,
    tiers: tiers.map((tierCode) => ({
      tierCode,
      members: counts.get(tierCode) ?? 0,
      before: before.get(tierCode) ?? 0,
    })),
  };
}

async function membersPerTier(ctx: LoyaltyContext, programmeId: string): Promise<Map<string | null, number>> {
  const rows = await ctx.tx.query<{ tier_code: string | null; members: number }>(
    `select tier_code, count(*)::int as members from loyalty.members
      where tenant_id = $1 and programme_id = $2 and status = 'active' group by tier_code`,
    [ctx.tenantId, programmeId],
  );
  return new Map(rows.map((row) => [row.tier_code, row.members]));
}
