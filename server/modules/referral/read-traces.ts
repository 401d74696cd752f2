import { listProducts } from '#catalog';
import { readTemplates } from '#coupons';
import { customerSummaries } from '#customers';
import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

interface NodeRow {
  traceId: string;
  parentTraceId: string | null;
  code: string;
  depth: number;
  sharerCustomerId: number;
  sharedKind: 'mall' | 'product' | 'coupon';
  sharedId: string;
  createdAt: Date;
  children: number;
  visitors: number;
  registrations: number;
  orders: number;
  amountMinor: number;
}

/** Figures of a trace itself: who came by exactly this link. */
const figures = `
  (select count(*)::int from referral.traces c where c.tenant_id = t.tenant_id and c.parent_trace_id = t.trace_id) as children,
  (select count(distinct v.customer_id)::int from referral.visits v where v.tenant_id = t.tenant_id and v.trace_id = t.trace_id) as visitors,
  (select count(distinct v.customer_id)::int from referral.visits v join customers.people p on p.tenant_id = v.tenant_id and p.customer_id = v.customer_id
    where v.tenant_id = t.tenant_id and v.trace_id = t.trace_id and p.is_known and p.created_at >= v.first_at - interval '1 minute') as registrations,
  (select count(*)::int from referral.attributions a where a.tenant_id = t.tenant_id and a.trace_id = t.trace_id) as orders,
  (select coalesce(sum(a.amount_minor), 0)::bigint from referral.attributions a where a.tenant_id = t.tenant_id and a.trace_id = t.trace_id) as "amountMinor"`;

const columns = `t.trace_id as "traceId", t.parent_trace_id as "parentTraceId", t.code, t.depth, t.sharer_customer_id as "sharerCustomerId",
  t.shared_kind as "sharedKind", t.shared_id as "sharedId", t.created_at as "createdAt"`;

async function named(ctx: Context, rows: readonly NodeRow[]) {
  const people = new Map(
    (
      await customerSummaries(
        ctx,
        rows.map(({ sharerCustomerId }) => sharerCustomerId),
      )
    ).map((one) => [one.customerId, one]),
  );
  const titles = await sharedTitles(ctx, rows);
  return rows.map((row) => ({
    ...row,
    sharer: people.get(row.sharerCustomerId)?.displayName ?? '',
    sharedTitle: titles.get(row.sharedId) ?? '',
  }));
}

/** Names of what is shared, by its id; two statements for any number of links. */
async function sharedTitles(ctx: Context, rows: readonly NodeRow[]): Promise<ReadonlyMap<string, string>> {
  const ids = (kind: NodeRow['sharedKind']) => [
    ...new Set(rows.flatMap((row) => (row.sharedKind === kind ? [row.sharedId] : []))),
  ];
  const [productIds, templateIds] = [ids('product'), ids('coupon')];
  const products =
    productIds.length === 0 ? [] : (await listProducts(ctx, { productIds }, { limit: productIds.length })).items;
  const coupons = templateIds.length === 0 ? new Map() : await readTemplates(ctx, templateIds);
  return new Map([
    ...products.map(({ productId, title }) => [productId, title] as const),
    ...[...coupons].map(([templateId, { terms }]) => [templateId, terms.name] as const),
  ]);
}

/** Origins of trees whose sharers the caller may see, those that brought the most first; of one sharer with `sharerCustomerId`. */
export async function listOrigins(
  ctx: Context,
  { sharerCustomerId, limit }: { sharerCustomerId?: number | undefined; limit: number },
) {
  const rows = await ctx.tx.query<NodeRow>(
    `select ${columns}, ${figures} from referral.traces t
       join customers.people s on s.tenant_id = t.tenant_id and s.customer_id = t.sharer_customer_id
      where t.tenant_id = $1 and ($2::bigint is null and t.depth = 0 or t.sharer_customer_id = $2)
      order by "amountMinor" desc, visitors desc, t.created_at desc limit $3`,
    [ctx.tenantId, sharerCustomerId ?? null, limit],
  );
  return named(ctx, rows);
}

/** The children of one trace, page by page: the tree opens as it is clicked. */
export async function listChildren(
  ctx: Context,
  traceId: string,
  { after, limit }: { after?: Date | undefined; limit: number },
) {
  const [parent] = await ctx.tx.query(`select from referral.traces where tenant_id = $1 and trace_id = $2`, [
    ctx.tenantId,
    traceId,
  ]);
  if (!parent) throw new NotFound('trace');
  const rows = await ctx.tx.query<NodeRow>(
    `select ${columns}, ${figures} from referral.traces t
      where t.tenant_id = $1 and t.parent_trace_id = $2 and ($3::timestamptz is null or t.created_at > $3)
      order by t.created_at, t.trace_id limit $4`,
    [ctx.tenantId, traceId, after ?? null, limit],
  );
  return named(ctx, rows);
}

/** How sharing spreads: re-shares per link, how deep, new sharers per sharer (K), and who brings most. */
export async function spreadStatistics(ctx: Context) {
  const [totals] = await ctx.tx.query<{
    traces: number;
    sharers: number;
    visitors: number;
    orders: number;
    amountMinor: number;
    secondSpread: number;
    kFactor: number;
  }>(
    `select (select count(*)::int from referral.traces where tenant_id = $1) as traces,
            (select count(distinct sharer_customer_id)::int from referral.traces where tenant_id = $1) as sharers,
            (select count(distinct customer_id)::int from referral.visits where tenant_id = $1) as visitors,
            (select count(*)::int from referral.attributions where tenant_id = $1) as orders,
            (select coalesce(sum(amount_minor), 0)::bigint from referral.attributions where tenant_id = $1) as "amountMinor",
            coalesce((select count(*) filter (where parent_trace_id is not null)::float8 / nullif(count(*), 0) from referral.traces where tenant_id = $1), 0) as "secondSpread",
            coalesce((select count(distinct sharer_customer_id) filter (where depth > 0)::float8 / nullif(count(distinct sharer_customer_id) filter (where depth = 0), 0)
                        from referral.traces where tenant_id = $1), 0) as "kFactor"`,
    [ctx.tenantId],
  );
  const depths = await ctx.tx.query<{ depth: number; traces: number }>(
    `select depth, count(*)::int as traces from referral.traces where tenant_id = $1 group by depth order by depth limit 50`,
    [ctx.tenantId],
  );
  const top = await ctx.tx.query<{ customerId: number; orders: number; amountMinor: number }>(
    `select sharer_customer_id as "customerId", count(*)::int as orders, sum(amount_minor)::bigint as "amountMinor"
       from referral.attributions where tenant_id = $1 group by 1 order by 3 desc, 2 desc, 1 limit 20`,
    [ctx.tenantId],
  );
  const people = new Map(
    (
      await customerSummaries(
        ctx,
        top.map(({ customerId }) => customerId),
      )
    ).map((one) => [one.customerId, one]),
  );
  return {
    ...(totals ?? { traces: 0, sharers: 0, visitors: 0, orders: 0, amountMinor: 0, secondSpread: 0, kFactor: 0 }),
    depths,
    top: top.map((row) => ({ ...row, displayName: people.get(row.customerId)?.displayName ?? '' })),
  };
}

/** Why an order is owed to whom; null when no link brought it. */
export async function explainAttribution(ctx: Context, orderId: string) {
  const [row] = await ctx.tx.query<{
    traceId: string;
    code: string;
    sharerCustomerId: number;
    visitedAt: Date;
    paidAt: Date;
    reason: 'last_touch' | 'order_link';
    depth: number;
  }>(
    `select a.trace_id as "traceId", t.code, a.sharer_customer_id as "sharerCustomerId", a.visited_at as "visitedAt", a.paid_at as "paidAt", a.reason, t.depth
       from referral.attributions a join referral.traces t using (tenant_id, trace_id) where a.tenant_id = $1 and a.order_id = $2`,
    [ctx.tenantId, orderId],
  );
  if (!row) return null;
  const [sharer] = await customerSummaries(ctx, [row.sharerCustomerId]);
  return { ...row, sharer: sharer?.displayName ?? '' };
}
