import { newId } from '#platform/ids';

import { newCode } from './coupon.ts';
import type { CouponsContext } from './coupon.ts';
import { TemplateNotFound, TemplateNotPublished } from './errors.ts';
import { announceCoupons } from './events.ts';

/** What became of one customer: `repeated` had the coupon from the same act before. */
export interface IssueOutcome {
  readonly customerId: number;
  readonly outcome: 'issued' | 'repeated' | 'limit_reached' | 'sold_out';
  readonly couponId: string | null;
}

export interface IssueRequest {
  readonly templateId: string;
  /** Customers as they are today; doubles count once. */
  readonly customerIds: readonly number[];
  /** Names the act (`batch:<id>`, `journey:<run>:<node>`): each customer gets at most one coupon from one act. */
  readonly issueKey: string;
  /** Where it came from, for reports: `claim`, `batch`, `journey`, `guide` …. */
  readonly source?: string;
}

interface TemplateRow {
  name: string;
  kind: string;
  status: string;
  per_customer_limit: number;
  valid_from: Date | null;
  valid_until: Date | null;
  valid_days: number | null;
  ceiling: number | null;
  issued: number;
}

/**
 * Gives a coupon to many customers with one insert. All issuers of a template take turns on one row, so it stops exactly at the cap and
 * nobody gets more than the limit, counted over merged customers.
 */
export async function issueCoupons(ctx: CouponsContext, request: IssueRequest): Promise<IssueOutcome[]> {
  const customerIds = [...new Set(request.customerIds)];
  const template = await lockTemplate(ctx, request.templateId);
  if (template.status !== 'published') throw new TemplateNotPublished(template.status);
  if (template.valid_until !== null && template.valid_until <= ctx.now) throw new TemplateNotPublished('over');
  if (customerIds.length === 0) return [];
  const left = template.ceiling === null ? null : template.ceiling - template.issued;
  const outcomes = await insertCoupons(ctx, { ...request, customerIds }, template, left);
  const issued = outcomes.filter(({ outcome }) => outcome === 'issued');
  if (issued.length === 0) return outcomes;
  await announceCoupons(
    ctx,
    issued.flatMap(({ customerId, couponId }) =>
      couponId === null
        ? []
        : [
            {
              name: 'Coupon Received' as const,
              coupon: { couponId, customerId, templateId: request.templateId },
              properties: {
                coupon: template.name,
                kind: template.kind,
                source: request.source ?? request.issueKey.split(':')[0] ?? '',
              },
            },
          ],
    ),
  );
  return outcomes;
}

async function lockTemplate(ctx: CouponsContext, templateId: string): Promise<TemplateRow> {
  const [template] = await ctx.tx.query<TemplateRow>(
    `select t.name, t.kind, t.status, t.per_customer_limit, t.valid_from, t.valid_until, t.valid_days, i.ceiling, i.issued
       from coupons.templates t join coupons.issuance i using (tenant_id, template_id)
      where t.tenant_id = $1 and t.template_id = $2 for update of i`,
    [ctx.tenantId, templateId],
  );
  if (!template) throw new TemplateNotFound();
  return template;
}

/** One statement decides and inserts: who had it from this act, who is at the limit, who comes within what is left, in the order given. */
function insertCoupons(
  ctx: CouponsContext,
  { templateId, customerIds, issueKey }: IssueRequest,
  template: TemplateRow,
  left: number | null,
): Promise<IssueOutcome[]> {
  return ctx.tx.query<IssueOutcome>(
    `with wanted as (
       select * from unnest($3::bigint[], $4::uuid[], $5::text[]) with ordinality w(customer_id, coupon_id, code, place)),
     had as (
       select k.customer_id, count(*) filter (where k.status <> 'voided') as held,
              (array_agg(k.coupon_id) filter (where k.issue_key = $6))[1] as repeated
         from coupons.coupons k where k.tenant_id = $1 and k.template_id = $2 and k.customer_id = any($3) group by k.customer_id),
     judged as (
       select w.*, h.repeated,
              case when h.repeated is not null then 'repeated' when coalesce(h.held, 0) >= $7 then 'limit_reached' else 'eligible' end as judgement
         from wanted w left join had h using (customer_id)),
     ranked as (
       select *, row_number() over (partition by judgement order by place) as rank from judged),
     inserted as (
       insert into coupons.coupons (tenant_id, coupon_id, template_id, code, origin_customer_id, customer_id, issue_key, valid_from,
                                    valid_until, issued_at)
       select $1, coupon_id, $2, code, customer_id, customer_id, $6, $9, $10, $11
         from ranked where judgement = 'eligible' and ($8::bigint is null or rank <= $8)
       returning coupon_id),
     counted as (
       update coupons.issuance set issued = issued + (select count(*) from inserted) where tenant_id = $1 and template_id = $2)
     select r.customer_id as "customerId", coalesce(i.coupon_id, r.repeated) as "couponId",
            case when i.coupon_id is not null then 'issued' when r.judgement = 'eligible' then 'sold_out' else r.judgement end as outcome
       from ranked r left join inserted i using (coupon_id) order by r.place`,
    [
      ctx.tenantId,
      templateId,
      customerIds,
      customerIds.map(() => newId()),
      customerIds.map(() => newCode()),
      issueKey,
      template.per_customer_limit,
      left,
      template.valid_from && template.valid_from > ctx.now ? template.valid_from : ctx.now,
      template.valid_until ?? new Date(ctx.now.getTime() + (template.valid_days ?? 0) * 86_400_000),
      ctx.now,
    ],
  );
}
