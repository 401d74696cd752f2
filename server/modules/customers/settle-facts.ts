import type { Tx } from '#platform/database';
import type { JobContext } from '#platform/jobs';

import { repointFacts } from './customer-facts.ts';
import { projectCustomers } from './project-customers.ts';

/**
 * Points facts to their customers of today once more, for merges whose contemporaries have all ended. A transaction that read who
 * somebody is just before a merge committed may write a fact under the old customer just after it. Reading it took a transaction number
 * first, so once the change is seen, whoever may have read the old state has a number below the newest; when all of those have ended,
 * this pass finds whatever they left.
 */
export async function settleFacts({ database, signal }: JobContext): Promise<void> {
  for (let settled = 1; settled > 0 && !signal.aborted;) {
    settled = await database.work({ tenantId: null, scope: { all: true } }, settleSome);
  }
}

const atOnce = 50;
/** Caches further behind than this start afresh. */
const keptDays = 7;

async function settleSome(tx: Tx): Promise<number> {
  await tx.execute(
    `update customers.identity_changes set seen_xmax = pg_snapshot_xmax(pg_current_snapshot())
      where settled_at is null and seen_xmax is null`,
  );
  const changes = await tx.query<{ tenantId: number; version: number; ids: number[] }>(
    `select tenant_id as "tenantId", version, identifier_ids as ids from customers.identity_changes
      where settled_at is null and seen_xmax <= pg_snapshot_xmin(pg_current_snapshot())
      order by tenant_id, version limit ${atOnce} for update skip locked`,
  );
  for (const { tenantId, ids } of changes) {
    const owners = await tx.query<{ id: number; to: number }>(
      `select identifier_id as id, customer_id as to from customers.identifiers
        where tenant_id = $1 and identifier_id = any ($2::bigint[])`,
      [tenantId, ids],
    );
    const moved = await repointFacts(tx, tenantId, owners);
    if (moved > 0) {
      await projectCustomers(
        tx,
        tenantId,
        owners.map(({ to }) => to),
      );
    }
  }
  await tx.execute(
    `update customers.identity_changes c set settled_at = clock_timestamp()
       from unnest($1::int[], $2::bigint[]) n(tenant, version) where c.tenant_id = n.tenant and c.version = n.version`,
    [changes.map(({ tenantId }) => tenantId), changes.map(({ version }) => version)],
  );
  if (changes.length === 0) {
    await tx.execute(`delete from customers.identity_changes where settled_at < now() - interval '${keptDays} days'`);
  }
  return changes.length;
}
