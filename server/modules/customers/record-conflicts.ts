import type { Tx } from '#platform/database';
import { newId } from '#platform/ids';

import { identifierKind, isTelling } from './identifier-kinds.ts';
import type { Clustering, Verdict } from './identity-graph.ts';
import type { LoadedComponent } from './load-component.ts';

const disputes: ReadonlySet<Verdict> = new Set(['single_valued', 'over_limit', 'too_large', 'contested']);

interface Dispute {
  readonly index: number;
  readonly verdict: Verdict;
}

/** Opens a conflict for every link that would have joined two people, and closes those whose dispute is over. */
export async function recordConflicts(
  tx: Tx,
  { tenantId, now }: { tenantId: number; now: Date },
  { component, clustering }: { component: LoadedComponent; clustering: Clustering },
  customerOf: (identifierId: number) => number,
): Promise<void> {
  const kindOf = new Map(component.graph.identifiers.map(({ id, kind }) => [id, identifierKind(kind)]));
  const tells = (id: number) => {
    const kind = kindOf.get(id);
    return kind !== undefined && isTelling(kind);
  };
  const open = clustering.verdicts.flatMap((verdict, index): Dispute[] => {
    const link = component.links[index];
    if (!link || !disputes.has(verdict) || !tells(link.a) || !tells(link.b)) return [];
    return customerOf(link.a) === customerOf(link.b) ? [] : [{ index, verdict }];
  });
  const disputed = open.flatMap(({ index, verdict }) => {
    const link = component.links[index];
    return link ? [{ ...link, verdict }] : [];
  });
  const judged = component.graph.identifiers.flatMap(({ id }) => (component.edge.has(id) ? [] : [id]));
  await tx.execute(
    `update customers.merge_conflicts c set status = 'obsolete', resolved_at = $2
      where c.tenant_id = $1 and c.status = 'open' and c.identifier_id = any ($3::bigint[]) and c.other_id = any ($3::bigint[])
        and not exists (select from unnest($4::bigint[], $5::bigint[]) d(a, b) where d.a = c.identifier_id and d.b = c.other_id)`,
    [tenantId, now, judged, disputed.map(({ a }) => a), disputed.map(({ b }) => b)],
  );
  if (disputed.length === 0) return;
  await tx.execute(
    `insert into customers.merge_conflicts as c (tenant_id, conflict_id, identifier_id, other_id, customer_id, other_customer_id,
                                                 reason, first_on, last_on, sources, opened_at)
     select $1, n.id, n.a, n.b, n.customer, n.other, n.reason, date '1970-01-01' + n.first, date '1970-01-01' + n.last,
            n.sources::int[], $2
       from unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::int[], $10::int[], $11::text[])
            n(id, a, b, customer, other, reason, first, last, sources)
     on conflict (tenant_id, identifier_id, other_id) do update
        set customer_id = excluded.customer_id, other_customer_id = excluded.other_customer_id, reason = excluded.reason,
            first_on = excluded.first_on, last_on = excluded.last_on, sources = excluded.sources,
            status = case when c.status = 'obsolete' then 'open' else c.status end,
            resolved_at = case when c.status = 'obsolete' then null else c.resolved_at end`,
    [
      tenantId,
      now,
      disputed.map(() => newId()),
      disputed.map(({ a }) => a),
      disputed.map(({ b }) => b),
      disputed.map(({ a }) => customerOf(a)),
      disputed.map(({ b }) => customerOf(b)),
      disputed.map(({ verdict }) => verdict),
      disputed.map(({ firstDay }) => firstDay),
      disputed.map(({ lastDay }) => lastDay),
      disputed.map(({ sources }) => `{${sources.join(',')}}`),
    ],
  );
}
