import type { Tx } from '#platform/database';
import { newId } from '#platform/ids';

import type { Assignment, CustomerState } from './assign-customers.ts';
import type { FoundedRow } from './identity-store.ts';

/** One entry of the log of merges and splits. */
export interface MergeEntry {
  readonly mergeId: string;
  readonly kind: 'merge' | 'split';
  readonly fromId: number;
  readonly toId: number;
  readonly identifierIds: readonly number[];
}

/** Takes the tenant's identity lock until the transaction ends and says how many changes there have been. */
export async function lockIdentity(tx: Tx, tenantId: number): Promise<{ writes: number }> {
  const lock = `select writes from customers.identity_state where tenant_id = $1 for update`;
  const [found] = await tx.query<{ writes: number }>(lock, [tenantId]);
  if (found) return found;
  await tx.execute(`insert into customers.identity_state (tenant_id) values ($1) on conflict do nothing`, [tenantId]);
  const [made] = await tx.query<{ writes: number }>(lock, [tenantId]);
  return made ?? { writes: 0 };
}

/** Counts a change, hands out customer numbers, and tells other processes which identifiers they must read again. */
export async function countChange(
  tx: Tx,
  tenantId: number,
  { changedIds, newCustomers }: { changedIds: readonly number[]; newCustomers: number },
): Promise<{ version: number; firstCustomerNo: number }> {
  const [row] = await tx.query<{ version: number; next: number }>(
    `update customers.identity_state
        set writes = writes + 1, version = version + $2, next_customer_no = next_customer_no + $3, xid = pg_current_xact_id()
      where tenant_id = $1 returning version, next_customer_no as next`,
    [tenantId, changedIds.length > 0 ? 1 : 0, newCustomers],
  );
  if (!row) throw new Error(`tenant ${tenantId} changes identity without its lock`);
  if (changedIds.length > 0) {
    await tx.execute(
      `insert into customers.identity_changes (tenant_id, version, identifier_ids) values ($1, $2, $3)`,
      [tenantId, row.version, changedIds],
    );
  }
  return { version: row.version, firstCustomerNo: row.next - newCustomers };
}

interface Seen {
  readonly from: Date;
  readonly to: Date;
  readonly sourceId: number;
}

/** Creates and updates the customers of an assignment. */
export async function writeCustomers(
  tx: Tx,
  { tenantId, now }: { tenantId: number; now: Date },
  { created, changed }: Assignment,
  context: { firstCustomerNo: number; founded: ReadonlyMap<number, FoundedRow>; seen: ReadonlyMap<number, Seen> },
): Promise<void> {
  const all: readonly CustomerState[] = [...created, ...changed];
  if (all.length === 0) return;
  const seenOf = ({ customerId }: CustomerState): Seen => {
    const at = context.founded.get(customerId)?.createdAt ?? now;
    return context.seen.get(customerId) ?? { from: at, to: at, sourceId: 0 };
  };
  await tx.query(`select customers.write_founded($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
    tenantId,
    all.map(({ customerId }) => customerId),
    all.map(({ customerId }, index) => context.founded.get(customerId)?.customerNo ?? context.firstCustomerNo + index),
    all.map(({ isKnown }) => isKnown),
    all.map(({ mergedInto }) => mergedInto),
    all.map((state) => seenOf(state).sourceId),
    now,
    all.map((state) => seenOf(state).from),
    all.map((state) => seenOf(state).to),
  ]);
}

/** What an assignment did to people who existed: absorbed customers, and identifiers that left one customer for another. */
export function mergeEntries({ moves, changed }: Assignment): MergeEntry[] {
  const absorbed = new Map(
    changed.flatMap(({ customerId, mergedInto }) => (mergedInto === null ? [] : [[customerId, mergedInto] as const])),
  );
  const groups = new Map<string, { fromId: number; toId: number; identifierIds: number[] }>();
  for (const { id, from, to } of moves) {
    if (from === null) continue;
    const key = `${from}:${to}`;
    const group = groups.get(key) ?? { fromId: from, toId: to, identifierIds: [] };
    group.identifierIds.push(id);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => ({
    mergeId: newId(),
    kind: absorbed.get(group.fromId) === group.toId ? 'merge' : 'split',
    ...group,
  }));
}

/** Writes the log of merges and splits. */
export async function logMerges(
  tx: Tx,
  entries: readonly MergeEntry[],
  about: {
    tenantId: number;
    now: Date;
    version: number;
    evidenceOf: (entry: MergeEntry) => readonly number[];
    cause: string;
    actor: string;
    decisionId: string | null;
  },
): Promise<void> {
  if (entries.length === 0) return;
  await tx.execute(
    `insert into customers.merge_log (tenant_id, merge_id, version, kind, from_id, to_id, identifier_ids, evidence_ids, cause,
                                      decision_id, actor, happened_at)
     select $1, n.id, $2, n.kind, n.from_id, n.to_id, n.ids::bigint[], n.evidence::bigint[], $3, $4, $5, $6
       from unnest($7::uuid[], $8::text[], $9::bigint[], $10::bigint[], $11::text[], $12::text[])
            n(id, kind, from_id, to_id, ids, evidence)`,
    [
      about.tenantId,
      about.version,
      about.cause,
      about.decisionId,
      about.actor,
      about.now,
      entries.map(({ mergeId }) => mergeId),
      entries.map(({ kind }) => kind),
      entries.map(({ fromId }) => fromId),
      entries.map(({ toId }) => toId),
      entries.map(({ identifierIds }) => `{${identifierIds.join(',')}}`),
      entries.map((entry) => `{${about.evidenceOf(entry).join(',')}}`),
    ],
  );
}
