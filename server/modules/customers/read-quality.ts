import type { Context } from '#platform/context';
import type { Tx } from '#platform/database';
import type { JobContext } from '#platform/jobs';

import { customerSummaries } from './customer-summaries.ts';
import type { Verdict } from './identity-graph.ts';

/** How well everybody of a tenant is recognised. */
export interface QualityFigures {
  readonly customers: number;
  readonly known: number;
  readonly buyers: number;
  readonly newIn30Days: number;
  /** Known customers seen by more than one source: what joining identities adds. */
  readonly crossSource: number;
  /** Accounts, phones and cards there would be customers of without joining any. */
  readonly unjoined: number;
  readonly identifiersPerCustomer: number;
  readonly kinds: { kind: string; identifiers: number; shared: number }[];
  readonly sources: { sourceId: number; customers: number; known: number }[];
}

async function measure(tx: Tx, tenantId: number): Promise<QualityFigures> {
  const [people] = await tx.query<{ customers: number; known: number; buyers: number; newIn30Days: number }>(
    `select count(*)::int as customers, count(*) filter (where is_known)::int as known,
            count(*) filter (where orders_count > 0)::int as buyers,
            count(*) filter (where first_seen_at > now() - interval '30 days')::int as "newIn30Days"
       from customers.people where tenant_id = $1`,
    [tenantId],
  );
  const kinds = await tx.query<{ kind: string; identifiers: number; shared: number }>(
    `select kind, count(*)::int as identifiers, count(*) filter (where state in ('shared', 'blocked'))::int as shared
       from customers.identifiers where tenant_id = $1 group by kind order by 2 desc, 1`,
    [tenantId],
  );
  const sources = await tx.query<{ sourceId: number; customers: number; known: number }>(
    `select s.source as "sourceId", count(distinct i.customer_id)::int as customers,
            count(distinct i.customer_id) filter (where c.is_known)::int as known
       from customers.identifiers i cross join lateral unnest(i.sources) s(source)
       join customers.people c on c.tenant_id = i.tenant_id and c.customer_id = i.customer_id
      where i.tenant_id = $1 group by 1 order by 2 desc, 1`,
    [tenantId],
  );
  const [crossing] = await tx.query<{ customers: number; unjoined: number }>(
    `select count(*) filter (where cross_source)::int as customers, coalesce(sum(telling), 0)::int as unjoined from (
       select min(i.sources[1]) <> max(i.sources[cardinality(i.sources)]) as cross_source,
              count(*) filter (where i.kind not in ('device', 'receiver_phone', 'address')) as telling
         from customers.identifiers i join customers.people c on c.tenant_id = i.tenant_id and c.customer_id = i.customer_id
        where i.tenant_id = $1 and c.is_known group by i.customer_id) one`,
    [tenantId],
  );
  const identifiers = kinds.reduce((sum, one) => sum + one.identifiers, 0);
  const customers = people?.customers ?? 0;
  return {
    customers,
    known: people?.known ?? 0,
    buyers: people?.buyers ?? 0,
    newIn30Days: people?.newIn30Days ?? 0,
    crossSource: crossing?.customers ?? 0,
    unjoined: crossing?.unjoined ?? 0,
    identifiersPerCustomer: customers > 0 ? identifiers / customers : 0,
    kinds,
    sources,
  };
}

/** Keeps one measurement per tenant and day, for history and for tenants too large to measure on every visit. */
export async function measureQuality({ database, signal }: JobContext): Promise<void> {
  const tenants = await database.work({ tenantId: null, scope: { all: true } }, (tx) =>
    tx.query<{ id: number }>(`select tenant_id as id from customers.identity_state order by 1`),
  );
  for (const { id } of tenants) {
    if (signal.aborted) return;
    await database.work({ tenantId: id, scope: { all: true } }, async (tx) => {
      const figures = await measure(tx, id);
      await tx.execute(
        `insert into customers.quality_days (tenant_id, measured_on, figures) values ($1, (now() at time zone 'Asia/Shanghai')::date, $2)
         on conflict (tenant_id, measured_on) do update set figures = excluded.figures`,
        [id, JSON.stringify(figures)],
      );
    });
  }
}

/** Up to this many identifiers are measured afresh. */
const mostMeasuredAfresh = 500_000;

/** The identity board: figures of everybody the caller sees, merges of thirty days, history of the known share. */
export async function readIdentityQuality(ctx: Context) {
  const { tx, tenantId } = ctx;
  const days = await tx.query<{ on: string; figures: QualityFigures }>(
    `select measured_on as "on", figures from customers.quality_days
      where tenant_id = $1 and measured_on > (now() - interval '30 days')::date order by measured_on`,
    [tenantId],
  );
  const [{ size } = { size: 0 }] = await tx.query<{ size: number }>(
    `select coalesce(sum(next_customer_no), 0)::int as size from customers.identity_state where tenant_id = $1`,
    [tenantId],
  );
  const stored = days.at(-1);
  const figures = ctx.scope.all && stored && size > mostMeasuredAfresh ? stored.figures : await measure(tx, tenantId);
  const changes = await tx.query<{ on: string; merges: number; splits: number }>(
    `select (happened_at at time zone 'Asia/Shanghai')::date as "on", count(*) filter (where kind = 'merge')::int as merges,
            count(*) filter (where kind = 'split')::int as splits
       from customers.merge_log where tenant_id = $1 and happened_at > now() - interval '30 days' group by 1 order by 1`,
    [tenantId],
  );
  const [conflicts] = await tx.query<{ open: number }>(
    `select count(*)::int as open from customers.merge_conflicts where tenant_id = $1 and status = 'open'`,
    [tenantId],
  );
  return {
    ...figures,
    changes,
    openConflicts: conflicts?.open ?? 0,
    history: days.map(({ on, figures: { customers, known, crossSource } }) => ({ on, customers, known, crossSource })),
  };
}

interface ConflictRow {
  readonly conflictId: string;
  readonly identifierId: number;
  readonly otherId: number;
  readonly customerId: number;
  readonly otherCustomerId: number;
  readonly kind: string;
  readonly otherKind: string;
  readonly reason: Verdict;
  readonly firstOn: string;
  readonly lastOn: string;
  readonly sources: number[];
  readonly openedAt: Date;
}

/** Open conflicts between customers the caller may see, newest first. */
export async function listConflicts(ctx: Context, { cursor, limit }: { cursor?: string | undefined; limit: number }) {
  const rows = await ctx.tx.query<ConflictRow>(
    `select c.conflict_id as "conflictId", c.identifier_id as "identifierId", c.other_id as "otherId",
            i.customer_id as "customerId", o.customer_id as "otherCustomerId", i.kind, o.kind as "otherKind", c.reason,
            c.first_on as "firstOn", c.last_on as "lastOn", c.sources, c.opened_at as "openedAt"
       from customers.merge_conflicts c
       join customers.identifiers i on i.tenant_id = c.tenant_id and i.identifier_id = c.identifier_id
       join customers.identifiers o on o.tenant_id = c.tenant_id and o.identifier_id = c.other_id
       join customers.people p on p.tenant_id = c.tenant_id and p.customer_id = i.customer_id
       join customers.people q on q.tenant_id = c.tenant_id and q.customer_id = o.customer_id
      where c.tenant_id = $1 and c.status = 'open' and i.customer_id <> o.customer_id
        and ($2::uuid is null or c.conflict_id < $2)
      order by c.conflict_id desc limit $3`,
    [ctx.tenantId, cursor ?? null, limit + 1],
  );
  const page = rows.slice(0, limit);
  const ids = page.flatMap(({ customerId, otherCustomerId }) => [customerId, otherCustomerId]);
  const names = new Map(
    (await customerSummaries(ctx, [...new Set(ids)])).map((one) => [one.customerId, one.displayName]),
  );
  const [open] = await ctx.tx.query<{ open: number }>(
    `select count(*)::int as open from customers.merge_conflicts where tenant_id = $1 and status = 'open'`,
    [ctx.tenantId],
  );
  return {
    open: open?.open ?? 0,
    items: page.map((row) => ({
      ...row,
      displayName: names.get(row.customerId) ?? '',
      otherDisplayName: names.get(row.otherCustomerId) ?? '',
    })),
    nextCursor: rows.length > limit ? (page.at(-1)?.conflictId ?? null) : null,
  };
}
