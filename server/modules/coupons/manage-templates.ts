import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { InvalidInput } from '#platform/errors';
import { newId } from '#platform/ids';

import type { CouponsContext } from './coupon.ts';
import { BelowIssued, TemplateNotDraft, TemplateNotFound, TemplateNotPublished } from './errors.ts';
import { CouponTerms, issueCeiling, unitCostFen } from './template.ts';

export type TemplateStatus = 'draft' | 'published' | 'ended';

/** A coupon template with what became of it so far. Money in fen. */
export interface Template {
  readonly templateId: string;
  readonly status: TemplateStatus;
  readonly terms: CouponTerms;
  readonly ceiling: number | null;
  readonly issued: number;
  readonly createdAt: Date;
  readonly publishedAt: Date | null;
  readonly endedAt: Date | null;
}

interface Row {
  template_id: string;
  status: TemplateStatus;
  name: string;
  description: string;
  kind: CouponTerms['kind'];
  rule: CouponTerms['rule'];
  scope: CouponTerms['scope'];
  stacking_group: string;
  is_exclusive: boolean;
  priority: number;
  valid_from: Date | null;
  valid_until: Date | null;
  valid_days: number | null;
  is_claimable: boolean;
  claim_from: Date | null;
  claim_until: Date | null;
  cap: number | null;
  per_customer_limit: number;
  budget_fen: number | null;
  created_at: Date;
  published_at: Date | null;
  ended_at: Date | null;
  ceiling: number | null;
  issued: number;
}

function toTemplate(row: Row): Template {
  const terms = {
    kind: row.kind,
    rule: row.rule,
    name: row.name,
    description: row.description,
    scope: row.scope,
    stackingGroup: row.stacking_group,
    isExclusive: row.is_exclusive,
    priority: row.priority,
    validity: row.valid_until ? { from: row.valid_from, until: row.valid_until } : { days: row.valid_days ?? 1 },
    claim: row.is_claimable ? { from: row.claim_from, until: row.claim_until } : null,
    cap: row.cap,
    perCustomerLimit: row.per_customer_limit,
    budgetFen: row.budget_fen,
  } as CouponTerms;
  return {
    templateId: row.template_id,
    status: row.status,
    terms,
    ceiling: row.ceiling,
    issued: row.issued,
    createdAt: row.created_at,
    publishedAt: row.published_at,
    endedAt: row.ended_at,
  };
}

const select = `select t.*, i.ceiling, i.issued from coupons.templates t join coupons.issuance i using (tenant_id, template_id)`;

/** Reads templates by id; those that do not exist are left out. */
export async function readTemplates(
  ctx: Pick<CouponsContext, 'tx' | 'tenantId'>,
  templateIds: readonly string[],
): Promise<Map<string, Template>> {
  const rows = await ctx.tx.query<Row>(`${select} where t.tenant_id = $1 and t.template_id = any($2)`, [
    ctx.tenantId,
    templateIds,
  ]);
  return new Map(rows.map((row) => [row.template_id, toTemplate(row)]));
}

/** Reads one template; refuses an unknown one. */
export async function readTemplate(
  ctx: Pick<CouponsContext, 'tx' | 'tenantId'>,
  templateId: string,
): Promise<Template> {
  const template = (await readTemplates(ctx, [templateId])).get(templateId);
  if (!template) throw new TemplateNotFound();
  return template;
}

/** Templates, newest first; a cursor is the last id of the page before. */
export async function listTemplates(
  ctx: Pick<CouponsContext, 'tx' | 'tenantId'>,
  { status, cursor, limit }: { status?: TemplateStatus | undefined; cursor?: string | undefined; limit: number },
): Promise<Template[]> {
  const rows = await ctx.tx.query<Row>(
    `${select} where t.tenant_id = $1 and ($2::text is null or t.status = $2) and ($3::uuid is null or t.template_id < $3)
      order by t.template_id desc limit $4`,
    [ctx.tenantId, status ?? null, cursor ?? null, limit],
  );
  return rows.map(toTemplate);
}

/** Templates a shopper can claim now. */
export async function claimableTemplates(ctx: Pick<CouponsContext, 'tx' | 'tenantId' | 'now'>): Promise<Template[]> {
  const rows = await ctx.tx.query<Row>(
    `${select} where t.tenant_id = $1 and t.status = 'published' and t.is_claimable
        and (t.claim_from is null or t.claim_from <= $2) and (t.claim_until is null or t.claim_until >= $2)
        and (t.valid_until is null or t.valid_until > $2) and (i.ceiling is null or i.issued < i.ceiling)
      order by t.priority, t.template_id desc limit 100`,
    [ctx.tenantId, ctx.now],
  );
  return rows.map(toTemplate);
}

/** Starts a template as a draft. */
export async function createTemplate(ctx: Context, terms: CouponTerms): Promise<Template> {
  const templateId = newId();
  await ctx.tx.execute(
    `insert into coupons.templates (tenant_id, template_id, created_at, changed_at, name, description, kind, rule, scope, stacking_group,
       is_exclusive, priority, valid_from, valid_until, valid_days, is_claimable, claim_from, claim_until, cap, per_customer_limit,
       budget_fen, unit_cost_fen)
     values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
    [ctx.tenantId, templateId, ctx.now, ...termValues(terms)],
  );
  await ctx.tx.execute(`insert into coupons.issuance (tenant_id, template_id, ceiling) values ($1, $2, $3)`, [
    ctx.tenantId,
    templateId,
    issueCeiling(terms),
  ]);
  return readTemplate(ctx, templateId);
}

/** Changes a draft; refuses once it is published. */
export async function changeTemplate(ctx: Context, templateId: string, terms: CouponTerms): Promise<Template> {
  const { status } = await readTemplate(ctx, templateId);
  if (status !== 'draft') throw new TemplateNotDraft(status);
  await ctx.tx.execute(
    `update coupons.templates set changed_at = $3, name = $4, description = $5, kind = $6, rule = $7, scope = $8, stacking_group = $9,
       is_exclusive = $10, priority = $11, valid_from = $12, valid_until = $13, valid_days = $14, is_claimable = $15, claim_from = $16,
       claim_until = $17, cap = $18, per_customer_limit = $19, budget_fen = $20, unit_cost_fen = $21
      where tenant_id = $1 and template_id = $2`,
    [ctx.tenantId, templateId, ctx.now, ...termValues(terms)],
  );
  await ctx.tx.execute(`update coupons.issuance set ceiling = $3 where tenant_id = $1 and template_id = $2`, [
    ctx.tenantId,
    templateId,
    issueCeiling(terms),
  ]);
  return readTemplate(ctx, templateId);
}

function termValues(terms: CouponTerms): unknown[] {
  const { validity } = terms;
  return [
    terms.name,
    terms.description,
    terms.kind,
    JSON.stringify(terms.rule),
    JSON.stringify(terms.scope),
    terms.stackingGroup,
    terms.isExclusive,
    terms.priority,
    'until' in validity ? validity.from : null,
    'until' in validity ? validity.until : null,
    'days' in validity ? validity.days : null,
    terms.claim !== null,
    terms.claim?.from ?? null,
    terms.claim?.until ?? null,
    terms.cap,
    terms.perCustomerLimit,
    terms.budgetFen,
    unitCostFen(terms),
  ];
}

/** Opens a draft for issuing; its terms are fixed from now on. */
export async function publishTemplate(ctx: Context, templateId: string): Promise<Template> {
  const changed = await ctx.tx.execute(
    `update coupons.templates set status = 'published', published_at = $3, changed_at = $3
      where tenant_id = $1 and template_id = $2 and status = 'draft'`,
    [ctx.tenantId, templateId, ctx.now],
  );
  const template = await readTemplate(ctx, templateId);
  if (changed === 0) throw new TemplateNotDraft(template.status);
  await audit(ctx, {
    action: 'coupons.publish',
    objectType: 'coupon_template',
    objectId: templateId,
    details: {
      cap: template.terms.cap,
      budget_fen: template.terms.budgetFen,
      unit_cost_fen: unitCostFen(template.terms),
    },
  });
  return template;
}

/** Stops issuing; coupons already in customers' hands stay good. */
export async function endTemplate(ctx: Context, templateId: string): Promise<Template> {
  const changed = await ctx.tx.execute(
    `update coupons.templates set status = 'ended', ended_at = $3, changed_at = $3
      where tenant_id = $1 and template_id = $2 and status = 'published'`,
    [ctx.tenantId, templateId, ctx.now],
  );
  const template = await readTemplate(ctx, templateId);
  if (changed === 0) throw new TemplateNotPublished(template.status);
  await audit(ctx, { action: 'coupons.end', objectType: 'coupon_template', objectId: templateId });
  return template;
}

/** Raises or lowers how many may be issued, never below what is out; the only terms a published template can change. */
export async function changeQuantity(
  ctx: Context,
  templateId: string,
  { cap, budgetFen }: { cap: number | null; budgetFen: number | null },
): Promise<Template> {
  const { terms, status } = await readTemplate(ctx, templateId);
  if (status === 'ended') throw new TemplateNotPublished(status);
  const checked = CouponTerms.safeParse({ ...terms, cap, budgetFen });
  if (!checked.success) {
    throw new InvalidInput(
      checked.error.issues.map(({ path, message }) => ({ path: `body.${path.join('.')}`, message })),
    );
  }
  const ceiling = issueCeiling(checked.data);
  const changed = await ctx.tx.execute(
    `update coupons.issuance set ceiling = $3 where tenant_id = $1 and template_id = $2 and ($3::bigint is null or issued <= $3)`,
    [ctx.tenantId, templateId, ceiling],
  );
  if (changed === 0) throw new BelowIssued((await readTemplate(ctx, templateId)).issued);
  await ctx.tx.execute(
    `update coupons.templates set cap = $3, budget_fen = $4, changed_at = $5 where tenant_id = $1 and template_id = $2`,
    [ctx.tenantId, templateId, cap, budgetFen, ctx.now],
  );
  await audit(ctx, {
    action: 'coupons.change_quantity',
    objectType: 'coupon_template',
    objectId: templateId,
    details: { cap, budget_fen: budgetFen, before: { cap: terms.cap, budget_fen: terms.budgetFen } },
  });
  return readTemplate(ctx, templateId);
}
