import type { Context } from '#platform/context';

import { customerSummaries } from './customer-summaries.ts';

/** How well customers are recognised. */
export async function readIdentityQuality(ctx: Context) {
  const [people] = await ctx.tx.query<{ customers: number; known: number }>(
    `select count(*)::int as customers, count(*) filter (where is_known)::int as known from customers.people where tenant_id = $1`,
    [ctx.tenantId],
  );
  const kinds = await ctx.tx.query<{ kind: string; identifiers: number; shared: number }>(
    `select kind, count(*)::int as identifiers, count(*) filter (where state = 'shared')::int as shared
       from customers.identifiers where tenant_id = $1 group by kind order by 2 desc`,
    [ctx.tenantId],
  );
  const changes = await ctx.tx.query<{ on: string; merges: number; splits: number }>(
    `select (at at time zone 'Asia/Shanghai')::date as "on", count(*) filter (where kind = 'merge')::int as merges,
            count(*) filter (where kind = 'split')::int as splits
       from customers.merge_log where tenant_id = $1 and at > now() - interval '30 days' group by 1 order by 1`,
    [ctx.tenantId],
  );
  const [conflicts] = await ctx.tx.query<{ open: number }>(
    `select count(*)::int as open from customers.merge_conflicts where tenant_id = $1 and status = 'open'`,
    [ctx.tenantId],
  );
  const identifiers = kinds.reduce((sum, one) => sum + one.identifiers, 0);
  return {
    customers: people?.customers ?? 0,
    known: people?.known ?? 0,
    identifiersPerCustomer: people && people.customers > 0 ? identifiers / people.customers : 0,
    kinds,
    changes,
    openConflicts: conflicts?.open ?? 0,
  };
}

interface ConflictRow {
  conflictId: string;
  customerId: number;
  otherCustomerId: number;
  reason: string;
  firstOn: string;
  lastOn: string;
  openedAt: Date;
}

/** Open conflicts between customers the caller may see, newest first. */
export async function listConflicts(ctx: Context, limit: number) {
  const rows = await ctx.tx.query<ConflictRow & { open: number }>(
    `select c.conflict_id as "conflictId", i.customer_id as "customerId", o.customer_id as "otherCustomerId", c.reason,
            c.first_on as "firstOn", c.last_on as "lastOn", c.opened_at as "openedAt", count(*) over ()::int as open
       from customers.merge_conflicts c
       join customers.identifiers i on i.tenant_id = c.tenant_id and i.identifier_id = c.identifier_id
       join customers.identifiers o on o.tenant_id = c.tenant_id and o.identifier_id = c.other_id
       join customers.people p on p.tenant_id = c.tenant_id and p.customer_id = i.customer_id
       join customers.people q on q.tenant_id = c.tenant_id and q.customer_id = o.customer_id
      where c.tenant_id = $1 and c.status = 'open' and i.customer_id <> o.customer_id
      order by c.opened_at desc, c.conflict_id limit $2`,
    [ctx.tenantId, limit],
  );
  const ids = rows.flatMap(({ customerId, otherCustomerId }) => [customerId, otherCustomerId]);
  const names = new Map(
    (await customerSummaries(ctx, [...new Set(ids)])).map((one) => [one.customerId, one.displayName]),
  );
  return {
    open: rows[0]?.open ?? 0,
    items: rows.map((row) => ({
      ...row,
      displayName: names.get(row.customerId) ?? '',
      otherDisplayName: names.get(row.otherCustomerId) ?? '',
    })),
  };
}
