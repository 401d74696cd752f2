import type { Context } from '#platform/context';

import type { CouponTerms } from './template.ts';

type OfferOf<Kind extends CouponTerms['kind']> = Pick<Extract<CouponTerms, { kind: Kind }>, 'kind' | 'rule'>;

/** A coupon as its owner is told of it. */
export type GivenCoupon = { readonly name: string; readonly code: string; readonly validUntil: Date } & (
  | OfferOf<'amount_off'>
  | OfferOf<'percent_off'>
);

/** The coupon each customer got last from acts whose issue key starts so, since the time given with them; withdrawn ones do not count. */
export async function couponsGiven(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  {
    actPrefix,
    customers,
  }: { actPrefix: string; customers: readonly { readonly customerId: number; readonly since: Date }[] },
): Promise<ReadonlyMap<number, GivenCoupon>> {
  const rows = await ctx.tx.query<GivenCoupon & { customerId: number }>(
    `select distinct on (w.customer_id) w.customer_id as "customerId", t.name, t.kind, t.rule, k.code, k.valid_until as "validUntil"
       from unnest($2::bigint[], $3::timestamptz[]) w(customer_id, since)
       join coupons.coupons k on k.tenant_id = $1 and k.customer_id = w.customer_id and k.issued_at >= w.since and k.status <> 'voided'
       join coupons.templates t on t.tenant_id = k.tenant_id and t.template_id = k.template_id
      where starts_with(k.issue_key, $4)
      order by w.customer_id, k.issued_at desc, k.coupon_id desc`,
    [ctx.tenantId, customers.map(({ customerId }) => customerId), customers.map(({ since }) => since), actPrefix],
  );
  return new Map(rows.map(({ customerId, ...coupon }) => [customerId, coupon]));
}
