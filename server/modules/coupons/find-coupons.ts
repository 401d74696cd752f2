import type { Context } from '#platform/context';

import { couponColumns } from './coupon.ts';
import type { Coupon, CouponsContext, CouponStatus } from './coupon.ts';

type Reader = Pick<Context, 'tx' | 'tenantId'>;

/** Coupons given out, newest first; a cursor is the last id of the page before. */
export function listCoupons(
  ctx: Reader,
  {
    templateId,
    customerId,
    status,
    cursor,
    limit,
  }: {
    templateId?: string | undefined;
    customerId?: number | undefined;
    status?: CouponStatus | undefined;
    cursor?: string | undefined;
    limit: number;
  },
): Promise<Coupon[]> {
  return ctx.tx.query<Coupon>(
    `select ${couponColumns} from coupons.coupons
      where tenant_id = $1 and ($2::uuid is null or template_id = $2) and ($3::bigint is null or customer_id = $3)
        and ($4::text is null or status = $4) and ($5::uuid is null or coupon_id < $5)
      order by coupon_id desc limit $6`,
    [ctx.tenantId, templateId ?? null, customerId ?? null, status ?? null, cursor ?? null, limit],
  );
}

/** A customer's own coupons in one state, those that expire first on top. */
export function couponsOfCustomer(
  ctx: CouponsContext,
  { customerId, state, limit }: { customerId: number; state: 'usable' | 'used' | 'over'; limit: number },
): Promise<Coupon[]> {
  const condition = {
    usable: `status in ('issued', 'locked') and valid_until >= $3`,
    used: `status = 'used' and $3::timestamptz is not null`,
    over: `(status = 'expired' or status = 'issued' and valid_until < $3)`,
  }[state];
  return ctx.tx.query<Coupon>(
    `select ${couponColumns} from coupons.coupons where tenant_id = $1 and customer_id = $2 and ${condition}
      order by valid_until, coupon_id limit $4`,
    [ctx.tenantId, customerId, ctx.now, limit],
  );
}

/** What became of a template's coupons. Money in fen. */
export interface TemplateFigures {
  readonly inHand: number;
  readonly locked: number;
  readonly used: number;
  readonly expired: number;
  readonly voided: number;
  readonly discountFen: number;
}

const none: TemplateFigures = { inHand: 0, locked: 0, used: 0, expired: 0, voided: 0, discountFen: 0 };

/** Figures per template, zeros for one without coupons. */
export async function templateFigures(
  ctx: Reader,
  templateIds: readonly string[],
): Promise<(templateId: string) => TemplateFigures> {
  const rows = await ctx.tx.query<TemplateFigures & { templateId: string }>(
    `select template_id as "templateId", count(*) filter (where status = 'issued') as "inHand",
            count(*) filter (where status = 'locked') as locked, count(*) filter (where status = 'used') as used,
            count(*) filter (where status = 'expired') as expired, count(*) filter (where status = 'voided') as voided,
            coalesce(sum(discount_fen) filter (where status = 'used'), 0)::bigint as "discountFen"
       from coupons.coupons where tenant_id = $1 and template_id = any($2) group by template_id`,
    [ctx.tenantId, templateIds],
  );
  const found = new Map(rows.map((row) => [row.templateId, row]));
  return (templateId) => found.get(templateId) ?? none;
}
