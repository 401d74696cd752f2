import { expireLots, expiringSoon, releaseDueLots } from '#ledger';
import { everyStore } from '#platform/context';
import { runningDefinitions } from '#platform/definitions';
import type { JobContext } from '#platform/jobs';
import { emit } from '#platform/outbox';

import { points, pointsExpired } from './accounts.ts';
import { programmeKind } from './programme.ts';
import { renewTiers, watchInactivity } from './renew-tiers.ts';
import { reviewTiers } from './review-tiers.ts';
import { loyaltyActor, readRunning } from './running.ts';
import type { LoyaltyContext, Running } from './running.ts';
import { settleOrders } from './settle-orders.ts';

type Loop = Pick<JobContext, 'database' | 'signal'>;

/** Runs a step for every company with a programme, again and again while it answers that there is more, each in its own transaction. */
async function forEveryTenant(
  { database, signal }: Loop,
  step: (ctx: LoyaltyContext, running: Running) => Promise<boolean>,
): Promise<void> {
  const tenants = await database.work({ tenantId: null, scope: everyStore }, async (tx) => [
    ...new Set((await runningDefinitions(tx, programmeKind, null)).map(({ tenantId }) => tenantId)),
  ]);
  for (const tenantId of tenants) {
    let more = true;
    while (more && !signal.aborted) {
      more = await database.work({ tenantId, scope: everyStore }, async (tx) => {
        const ctx = { tx, tenantId, now: tx.now, actor: loyaltyActor };
        return step(ctx, await readRunning(ctx));
      });
    }
  }
}

const lotsPerStep = 1_000;

/** Announces points whose after-sales window is over ('Points Available'), summed per customer. */
export async function releasePoints(ctx: LoyaltyContext): Promise<boolean> {
  const released = await releaseDueLots(ctx, points, lotsPerStep);
  const perCustomer = Map.groupBy(released, ({ customerId }) => customerId);
  await emit(
    ctx,
    [...perCustomer].flatMap(([customerId, lots]) =>
      customerId === null
        ? []
        : [
            {
              tenantId: ctx.tenantId,
              name: 'Points Available',
              messageId: `points-available:${Math.min(...lots.map(({ lotId }) => lotId))}`,
              occurredAt: ctx.now,
              customerId,
              properties: { points: lots.reduce((sum, { remaining }) => sum + remaining, 0) },
            },
          ],
    ),
  );
  return released.length === lotsPerStep;
}

/** Expires what is left of overdue lots and announces it per lot. */
export async function expirePoints(ctx: LoyaltyContext): Promise<boolean> {
  const expired = await expireLots(ctx, {
    kind: points,
    sink: pointsExpired,
    reason: 'points.expire',
    limit: lotsPerStep,
  });
  await emit(
    ctx,
    expired.flatMap(({ lotId, customerId, amount, expiredAt }) =>
      customerId === null
        ? []
        : [
            {
              tenantId: ctx.tenantId,
              name: 'Points Expired',
              messageId: `points-expired:${lotId}:${amount}:${ctx.now.getTime()}`,
              occurredAt: ctx.now,
              customerId,
              properties: { points: amount, expired_at: expiredAt.toISOString() },
            },
          ],
    ),
  );
  return expired.length === lotsPerStep;
}

export const warningDays = [30, 7, 1] as const;
const customersPerStep = 5_000;

/** Tells customers exactly what they will lose in 30, 7 and 1 days ('Points Expiring'), once per day and warning. */
export async function warnOfExpiry(ctx: LoyaltyContext, { zone }: Running): Promise<void> {
  for (const days of warningDays) {
    const [bounds] = await ctx.tx.query<{ from: Date; until: Date; on: string }>(
      `select (d)::timestamp at time zone $2 as from, (d + 1)::timestamp at time zone $2 as until, d::text as on
         from (select ($1::timestamptz at time zone $2)::date + $3::int as d) x`,
      [ctx.now, zone, days],
    );
    if (!bounds) return;
    let after = 0;
    for (;;) {
      const losing = await expiringSoon(ctx, points, {
        from: bounds.from,
        until: bounds.until,
        after,
        limit: customersPerStep,
      });
      await emit(
        ctx,
        losing.map(({ customerId, amount }) => ({
          tenantId: ctx.tenantId,
          name: 'Points Expiring',
          messageId: `points-expiring:${customerId}:${bounds.on}:${days}`,
          occurredAt: ctx.now,
          customerId,
          properties: { points: amount, days, expires_on: bounds.on },
        })),
      );
      after = losing.at(-1)?.customerId ?? after;
      if (losing.length < customersPerStep) break;
    }
  }
}

/** Finds orders of the last 90 days whose points are not what they count for (claimed later, changed in passing) and settles them. */
export async function reconcileOrders(ctx: LoyaltyContext, running: Running, limit = 2_000): Promise<boolean> {
  const { points: inForce } = running;
  if (!inForce) return false;
  const { currency, channels } = inForce.programme.content;
  const rows = await ctx.tx.query<{ order_id: string }>(
    `select p.order_id from orders.purchases p left join loyalty.order_points o using (tenant_id, order_id)
      where p.tenant_id = $1 and p.bought_at > $2::timestamptz - interval '90 days' and p.currency = $3
        and (cardinality($4::text[]) = 0 or p.channel = any($4))
        and (o.order_id is null or o.base_minor <> p.amount_minor)
      order by p.bought_at limit $5`,
    [ctx.tenantId, ctx.now, currency, channels, limit],
  );
  if (rows.length === 0) return false;
  const settled = await settleOrders(
    ctx,
    running,
    rows.map((row) => row.order_id),
  );
  await reviewTiers(ctx, running, settled);
  return rows.length === limit;
}

export const runRelease = (loop: Loop) => forEveryTenant(loop, (ctx) => releasePoints(ctx));
export const runExpiry = (loop: Loop) => forEveryTenant(loop, (ctx) => expirePoints(ctx));
export const runReconciliation = (loop: Loop) => forEveryTenant(loop, (ctx, running) => reconcileOrders(ctx, running));

/** The daily round: warnings, renewals and inactivity. */
export async function runDailyRound(loop: Loop): Promise<void> {
  await forEveryTenant(loop, async (ctx, running) => {
    await warnOfExpiry(ctx, running);
    for (const programme of running.programmes) await watchInactivity(ctx, running, programme);
    return false;
  });
  await forEveryTenant(loop, async (ctx, running) => {
    let seen = 0;
    for (const programme of running.programmes) seen += await renewTiers(ctx, running, programme);
    return seen > 0;
  });
}
