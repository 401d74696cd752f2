import { everyStore } from '#platform/context';
import type { Database } from '#platform/database';
import { warehouseReader } from '#platform/log/warehouse-writer';
import type { Services } from '#platform/services';

const everyTenant = { tenantId: null, scope: everyStore } as const;

interface Origin {
  readonly log_id: string;
  readonly history: string;
}

/**
 * Makes sure that the warehouse copies this very log. A database that was restored (its history forked), a new or emptied warehouse,
 * and a warehouse of another installation are noticed by the stamp; the warehouse is emptied then and copied anew from the log and
 * its archive. Call it before the writer starts; returns whether it starts anew.
 */
export async function adoptWarehouse({
  database,
  services: { warehouse },
}: {
  database: Database;
  services: Pick<Services, 'warehouse'>;
}): Promise<boolean> {
  const [stamp] = await warehouse.query<Origin>(
    `SELECT toString(log_id) AS log_id, history FROM log_origin ORDER BY stamped_at DESC LIMIT 1`,
  );
  const [here] = await database.work(everyTenant, (tx) =>
    // Every restore to a moment forks the history: the name of the write-ahead log begins with the number of the fork.
    tx.query<Origin>(
      `select log_id::text as log_id, left(pg_walfile_name(pg_current_wal_lsn()), 8) as history from log.pipeline`,
    ),
  );
  if (!here) throw new Error('log.pipeline has lost its row');
  if (stamp?.log_id === here.log_id && stamp.history === here.history) return false;
  const logId = await startAnew(database);
  await warehouse.command('TRUNCATE TABLE events');
  await warehouse.command('TRUNCATE TABLE customer_overrides');
  await warehouse.command('SYSTEM RELOAD DICTIONARY customer_override');
  // The stamp comes last: interrupted before, all of this is done again.
  await warehouse.insert('log_origin', [{ log_id: logId, history: here.history, stamped_at: Date.now() }]);
  return true;
}

/** Nothing is copied any more, and no token of an earlier copy can meet one of the next. */
async function startAnew(database: Database): Promise<string> {
  return database.work(everyTenant, async (tx) => {
    await tx.execute(
      `insert into log.readers (name) values ($1)
       on conflict (name) do update set batch = 0, plan_to = 0, updated_at = clock_timestamp()`,
      [warehouseReader],
    );
    const [row] = await tx.query<{ log_id: string }>(
      `update log.pipeline set log_id = gen_random_uuid() returning log_id::text as log_id`,
    );
    if (!row) throw new Error('log.pipeline has lost its row');
    return row.log_id;
  });
}
