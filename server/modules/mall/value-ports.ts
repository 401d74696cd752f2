import { holdPoints, postPoints, quotePoints, readStanding, releasePoints, returnPoints, tiersOf } from '#loyalty';
import type { PointsQuote, Standing } from '#loyalty';
import type { Context } from '#platform/context';

export { holdPoints, postPoints, quotePoints, releasePoints, returnPoints };
export type { PointsQuote };

/** What the mall needs of a request, a job or a notification to move points. */
export type PointsContext = Pick<Context, 'tx' | 'tenantId' | 'now' | 'actor' | 'services'>;

/** Where a customer stands, for the member centre. */
export interface MemberValue {
  readonly tier: {
    readonly code: string;
    readonly name: string;
    readonly nextName: string | null;
    readonly progressBps: number;
    readonly missingFen: number | null;
  } | null;
  readonly points: { readonly available: number; readonly pending: number };
}

/** The customer's tier in the first programme they belong to, and their points. */
export async function memberValue(ctx: PointsContext, customerId: number): Promise<MemberValue> {
  const { memberships, points } = await readStanding(ctx, customerId);
  const membership = memberships.find(({ tier }) => tier !== null) ?? memberships[0];
  return {
    tier: membership ? tierOf(membership) : null,
    points: { available: points.available, pending: points.pending },
  };
}

function tierOf({ tier, next }: Standing['memberships'][number]): MemberValue['tier'] {
  if (!tier) return null;
  const missing = next?.missing ?? [];
  // The condition that is furthest from being met decides how far one has come.
  const shares = missing.map(({ reached, needed }) => Math.floor((Math.max(0, reached) * 10_000) / needed));
  const spend = missing.find(({ kind }) => kind === 'spend');
  return {
    ...tier,
    nextName: next?.name ?? null,
    progressBps: next ? Math.min(10_000, ...shares) : 10_000,
    missingFen: spend ? spend.needed - spend.reached : null,
  };
}

/** The code of the customer's tier, for member prices. */
export async function tierCodeOf(ctx: PointsContext, customerId: number): Promise<string | null> {
  return (await tiersOf(ctx, [customerId])).get(customerId) ?? null;
}
