import { everyStore } from '#platform/context';
import type { Database } from '#platform/database';
import { defineError } from '#platform/errors';
import { warehouseReader } from '#platform/log/warehouse-writer';
import type { Services } from '#platform/services';

const everyTenant = { tenantId: null, scope: everyStore } as const;

interface Origin {
  readonly log_id: string;
  /** The database cluster, and the fork of its history, which every restore to a moment counts up. */
  readonly history: string;
}

export const ForeignWarehouse = defineError(
  'foreign_warehouse',
  500,
  () =>
    'This ClickHouse holds the log of another installation and is left as it is. Point CLICKHOUSE_URL to a database of its own; or, if the other one is gone for good, run `TRUNCATE TABLE log_origin` there and restart.',
);

/**
 * Makes sure that the warehouse copies this very log. A database that was restored (its history forked) and a new or emptied warehouse
 * are noticed by the stamp; the warehouse is emptied then and copied anew from the log and its archive. Call it before the writer
 * starts; returns whether it starts anew. Throws ForeignWarehouse when another installation copies into it.
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
    tx.query<Origin>(
      `select log_id::text as log_id,
              (select system_identifier::text from pg_control_system()) || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) as history
         from log.pipeline`,
    ),
  );
  if (!here) throw new Error('log.pipeline has lost its row');
  if (stamp?.log_id === here.log_id && stamp.history === here.history) return false;
  const clusterOf = ({ history }: Origin) => history.split('/')[0];
  if (stamp?.history.includes('/') === true && clusterOf(stamp) !== clusterOf(here)) throw new ForeignWarehouse();
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
