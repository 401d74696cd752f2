import type { Context } from '#platform/context';

import { clusterComponent } from './cluster-component.ts';
import { causesOf, dayStart } from './evidence.ts';
import { readValues } from './identifier-value.ts';
import type { Verdict } from './identity-graph.ts';
import { loadComponent } from './load-component.ts';
import { maskIdentifierValue } from './mask-value.ts';
import { requireCustomer } from './require-customer.ts';

export interface ExplainedLink {
  readonly identifierId: number;
  readonly otherId: number;
  /** Both belong to the customer. */
  readonly isInside: boolean;
  /** The rule that joined the two, or forbade it. */
  readonly verdict: Verdict;
  readonly causes: string[];
  readonly sources: number[];
  readonly isClaimed: boolean;
  readonly firstOn: string;
  readonly lastOn: string;
}

const mostLinks = 500;
const dayText = (day: number) => dayStart(day).toISOString().slice(0, 10);

/**
 * Why a customer is one person: every pair of identifiers seen together with its evidence and the rule that joined or parted them, found
 * by judging again from the evidence; the identifiers of others it was parted from; what staff decided; and how it came about.
 */
export async function explainIdentity(ctx: Context, customerId: number) {
  await requireCustomer(ctx, customerId);
  const { tx, tenantId } = ctx;
  const own = await tx.query<{ id: number }>(
    `select identifier_id as id from customers.identifiers where tenant_id = $1 and customer_id = $2`,
    [tenantId, customerId],
  );
  const mine = new Set(own.map(({ id }) => id));
  const component = await loadComponent(tx, tenantId, [...mine]);
  const { verdicts } = clusterComponent(component.graph);
  const ownerOf = new Map([...component.rows].map(([id, eras]) => [id, eras.map((era) => era.customerId)]));
  const isMine = (id: number) => ownerOf.get(id)?.includes(customerId) ?? false;
  const links = component.links
    .map((link, index) => ({ link, verdict: verdicts[index] ?? 'weak' }))
    .filter(({ link }) => isMine(link.a) || isMine(link.b))
    .toSorted((x, y) => x.link.firstDay - y.link.firstDay || x.link.a - y.link.a || x.link.b - y.link.b)
    .slice(0, mostLinks)
    .map(({ link, verdict }): ExplainedLink => ({
      identifierId: link.a,
      otherId: link.b,
      isInside: isMine(link.a) && isMine(link.b),
      verdict,
      causes: causesOf(link.causes),
      sources: [...link.sources],
      isClaimed: link.claimed,
      firstOn: dayText(link.firstDay),
      lastOn: dayText(link.lastDay),
    }));
  const outside = [...new Set(links.flatMap((link) => [link.identifierId, link.otherId]))].filter((id) => !isMine(id));
  return {
    links,
    others: await describeOthers(ctx, outside),
    decisions: await readDecisionsOf(ctx, [...mine]),
    history: await readHistory(ctx, customerId, [...mine]),
  };
}

async function describeOthers({ tx, tenantId, services }: Context, ids: readonly number[]) {
  const rows = await tx.query<{ identifierId: number; kind: string; scope: string; customerId: number; state: string }>(
    `select i.identifier_id as "identifierId", i.kind, i.scope, i.customer_id as "customerId", i.state
       from customers.identifiers i join customers.people p on p.tenant_id = i.tenant_id and p.customer_id = i.customer_id
      where i.tenant_id = $1 and i.identifier_id = any ($2::bigint[])`,
    [tenantId, ids],
  );
  const vault = await services.vaults.forTenant(tx, tenantId);
  const values = await readValues(
    tx,
    vault,
    rows.map(({ identifierId }) => identifierId),
  );
  return rows.map((row) => ({ ...row, value: maskIdentifierValue(row.kind, values.get(row.identifierId) ?? '') }));
}

async function readDecisionsOf({ tx, tenantId }: Context, ids: readonly number[]) {
  return tx.query<{ decisionId: string; kind: 'merge' | 'split'; reason: string; decidedBy: string; decidedAt: Date }>(
    `select decision_id as "decisionId", kind, reason, decided_by as "decidedBy", decided_at as "decidedAt"
       from customers.identity_decisions
      where tenant_id = $1 and revoked_at is null
        and decision_id in (select decision_id from customers.decision_members where tenant_id = $1 and identifier_id = any ($2::bigint[]))
      order by decided_at desc limit 50`,
    [tenantId, ids],
  );
}

interface HistoryRow {
  readonly mergeId: string;
  readonly kind: 'merge' | 'split';
  readonly fromId: number;
  readonly toId: number;
  readonly identifierIds: number[];
  readonly evidenceIds: number[];
  readonly cause: string;
  readonly actor: string;
  readonly happenedAt: Date;
  readonly undoneAt: Date | null;
}

async function readHistory({ tx, tenantId }: Context, customerId: number, ids: readonly number[]) {
  const everBeen = [...new Set([customerId, ...ids])];
  return tx.query<HistoryRow>(
    `select merge_id as "mergeId", kind, from_id as "fromId", to_id as "toId", identifier_ids as "identifierIds",
            evidence_ids as "evidenceIds", cause, actor, happened_at as "happenedAt", undone_at as "undoneAt"
       from customers.merge_log
      where tenant_id = $1 and (from_id = any ($2::bigint[]) or to_id = any ($2::bigint[]))
      order by happened_at desc, merge_id desc limit 100`,
    [tenantId, everBeen],
  );
}
