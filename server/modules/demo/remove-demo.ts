import { rm } from 'node:fs/promises';

import { restartIdentity } from '#customers';
import { audit } from '#platform/audit';
import { everyStore, systemContext } from '#platform/context';
import type { Actor, Context } from '#platform/context';
import type { JobContext } from '#platform/jobs';
import { removeFromLog, removeFromWarehouse, waitUntilRead } from '#platform/log/remove-tenant';
import { removeRows, tenantTables } from '#platform/tenant-rows';

import { LogNotRead, NoDemoData, OwnDataPresent } from './errors.ts';
import { findOwnData, isNone } from './find-own-data.ts';
import { findSeeding } from './seeding.ts';
import type { Seeding } from './seeding.ts';
import { truthFile } from './truth-file.ts';

export interface Removal {
  readonly tenantId: number;
  readonly actor: Actor;
  /** Takes what is not part of the demo with it; refused otherwise. */
  readonly withOwnData: boolean;
  /** Told what is being done: `log`, `warehouse`, `files` or the name of a table. */
  readonly onStep: (step: string) => void | Promise<void>;
  /** How long the pipeline may stand still before it is given up; two minutes when absent. */
  readonly standstillMs?: number;
}

export interface Removed {
  /** Rows of the database, without the log. */
  readonly rows: number;
  readonly events: number;
}

const attempts = 3;
/** What stays and only begins anew. */
const kept = new Set(['customers.identity_state']);

/**
 * Empties a demo brand: everything but the company itself, its brand, roles and administrators, the audit log and the keys. One
 * transaction, after everything in the log was read; again finds nothing. Throws `NoDemoData`, `OwnDataPresent`, `LogNotRead`.
 */
export async function removeDemo(job: JobContext, removal: Removal): Promise<Removed> {
  const { tenantId, onStep } = removal;
  const { database, services } = job;
  await onStep('log');
  const isRead = await waitUntilRead(database, {
    signal: job.signal,
    standstillMs: removal.standstillMs ?? 120_000,
  });
  if (!isRead) throw new LogNotRead();
  const removed = await inOneGo(job, removal);
  await onStep('files');
  await services.files.removeAll(tenantId);
  await rm(truthFile(services.config), { force: true });
  await onStep('warehouse');
  // The log is the truth and no longer has these events; a warehouse that is away catches up with its next repair.
  await removeFromWarehouse({ database, services }, tenantId).catch((error: unknown) =>
    job.logger.warn({ err: error, tenantId }, 'the warehouse still holds the events of the removed demo'),
  );
  return removed;
}

async function inOneGo(job: JobContext, removal: Removal): Promise<Removed> {
  const { tenantId, actor } = removal;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await job.database.work({ tenantId, scope: everyStore }, (tx) =>
        removeAll({ ...systemContext({ tx, tenantId, services: job.services, name: 'remove-demo' }), actor }, removal),
      );
    } catch (error) {
      // Whoever was writing to the same rows in another order: after it, the way is free.
      const isDeadlock = error instanceof Error && (error as { code?: string }).code === '40P01';
      if (!isDeadlock || attempt === attempts) throw error;
    }
  }
}

async function removeAll(ctx: Context, { withOwnData, onStep }: Removal): Promise<Removed> {
  await ctx.tx.query(`select pg_advisory_xact_lock(hashtextextended('demo.remove', $1))`, [ctx.tenantId]);
  const seeding = await findSeeding(ctx);
  if (!seeding) throw new NoDemoData();
  const own = await findOwnData(ctx, seeding);
  if (!withOwnData && !isNone(own)) throw new OwnDataPresent(own);
  const events = await removeFromLog(ctx, await ctx.services.vaults.forInstallation(ctx.tx));
  const tables = (await tenantTables(ctx)).filter((table) => !kept.has(table));
  let rows = 0;
  // The second look finds what work that was under way has committed meanwhile; nothing new begins without definitions and customers.
  for (const look of [1, 2]) {
    for (const table of tables) {
      if (look === 1) await onStep(table);
      rows += await removeRows(ctx, table);
    }
  }
  await restartIdentity(ctx.tx, ctx.tenantId);
  rows += await removeOrganisation(ctx, seeding);
  await removeRows(ctx, 'demo.seedings');
  await audit(ctx, {
    action: 'demo.remove',
    objectType: 'tenant',
    objectId: String(ctx.tenantId),
    details: { rows, events, own_orders: own.orders, own_events: own.events, own_customers: own.customers },
  });
  return { rows, events };
}

/** Stores, regions and staff the demo founded, and the sessions of everybody who has gone. */
async function removeOrganisation(ctx: Context, { marks }: Seeding): Promise<number> {
  const listed = (name: string) => {
    const value = marks[name];
    return Array.isArray(value) ? value.map(String) : [];
  };
  const [staffIds, storeIds, regionIds] = [listed('staffIds'), listed('storeIds'), listed('regionIds')];
  let rows = await removeRows(ctx, 'platform.sessions', { column: 'subject_kind', keys: ['customer'] });
  const staffTables = ['platform.sessions', 'platform.second_factors', 'platform.recovery_codes'];
  for (const table of staffTables) rows += await removeRows(ctx, table, { column: 'subject_id', keys: staffIds });
  for (const table of ['org.invitations', 'org.staff_roles', 'org.staff'])
    rows += await removeRows(ctx, table, { column: 'staff_id', keys: staffIds });
  rows += await removeRows(ctx, 'org.stores', { column: 'store_id', keys: storeIds });
  // A region in which somebody has opened a store of their own stays with it.
  const free = await ctx.tx.query<{ region_id: number }>(
    `select region_id from org.regions r where tenant_id = $1 and region_id::text = any($2)
        and not exists (select from org.stores s where s.tenant_id = r.tenant_id and s.region_id = r.region_id)
        and not exists (select from org.regions c where c.tenant_id = r.tenant_id and c.parent_region_id = r.region_id)`,
    [ctx.tenantId, regionIds],
  );
  rows += await removeRows(ctx, 'org.regions', { column: 'region_id', keys: free.map(({ region_id }) => region_id) });
  return rows;
}
