import { everyStore } from '#platform/context';
import type { JobContext } from '#platform/jobs';

import type { Coupon, CouponsContext } from './coupon.ts';
import { announceCoupons } from './events.ts';

/** Ends coupons whose time is over, at most `limit`, and announces each; coupons locked in an unpaid order wait for it. Answers how many. */
export async function expireCoupons(ctx: CouponsContext, limit = 2000): Promise<number> {
  const expired = await ctx.tx.query<Coupon>(
    `update coupons.coupons set status = 'expired', ended_at = $2
      where tenant_id = $1 and coupon_id in (
        select coupon_id from coupons.coupons where tenant_id = $1 and status = 'issued' and valid_until < $2
         order by valid_until limit $3 for update skip locked)
      returning coupon_id as "couponId", template_id as "templateId", customer_id as "customerId"`,
    [ctx.tenantId, ctx.now, limit],
  );
  await announceCoupons(
    ctx,
    expired.map((coupon) => ({ name: 'Coupon Expired', coupon })),
  );
  return expired.length;
}

/** Expires overdue coupons of every tenant, in small transactions. */
export async function expireAllCoupons({ database, signal }: Pick<JobContext, 'database' | 'signal'>): Promise<void> {
  let expired = 1;
  while (expired > 0 && !signal.aborted) {
    expired = await database.work({ tenantId: null, scope: everyStore }, async (tx) => {
      const [due] = await tx.query<{ tenant_id: number; now: Date }>(
        `select tenant_id, now() as now from coupons.coupons where status = 'issued' and valid_until < now() limit 1`,
      );
      if (!due) return 0;
      return expireCoupons({ tx, tenantId: due.tenant_id, now: due.now, actor: { kind: 'system', name: 'coupons' } });
    });
  }
}
