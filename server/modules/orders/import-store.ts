import type { Context } from '#platform/context';
import { everyStore } from '#platform/context';
import type { Database, Tx } from '#platform/database';
import { NotFound } from '#platform/errors';
import type { TenantVault } from '#platform/vault';

import type { ImportSettings } from './file-format.ts';
import type { RejectedRow } from './file-groups.ts';

export type ImportState = 'uploaded' | 'queued' | 'running' | 'paused' | 'done' | 'failed';

/** An import as stored. */
export interface Import {
  readonly importId: string;
  readonly fileId: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly state: ImportState;
  readonly settings: ImportSettings;
  readonly rowsTotal: number | null;
  readonly rowsDone: number;
  readonly partsDone: number;
  readonly rowsRejected: number;
  readonly ordersCreated: number;
  readonly ordersUpdated: number;
  readonly ordersUnchanged: number;
  readonly errorCode: string | null;
  readonly errorDetails: Readonly<Record<string, unknown>> | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly undoneAt: Date | null;
}

const columns = `import_id as "importId", file_id as "fileId", file_name as "fileName", size_bytes as "sizeBytes", sha256, state, settings,
  rows_total as "rowsTotal", rows_done as "rowsDone", parts_done as "partsDone", rows_rejected as "rowsRejected",
  orders_created as "ordersCreated", orders_updated as "ordersUpdated", orders_unchanged as "ordersUnchanged", error_code as "errorCode",
  error_details as "errorDetails", created_at as "createdAt", created_by as "createdBy", started_at as "startedAt", finished_at as "finishedAt",
  undone_at as "undoneAt"`;

type StoreContext = Pick<Context, 'tx' | 'tenantId'>;

/** Reads one import; throws `NotFound`. */
export async function findImport(ctx: StoreContext, importId: string): Promise<Import> {
  const [row] = await ctx.tx.query<Import>(
    `select ${columns} from orders.imports where tenant_id = $1 and import_id = $2`,
    [ctx.tenantId, importId],
  );
  if (!row) throw new NotFound('Import');
  return row;
}

/** Imports, newest first, from after `cursor`. */
export async function listImports(
  ctx: StoreContext,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<{ items: Import[]; nextCursor: string | null }> {
  const rows = await ctx.tx.query<Import>(
    `select ${columns} from orders.imports where tenant_id = $1 and ($2::uuid is null or import_id < $2) order by import_id desc limit $3`,
    [ctx.tenantId, cursor ?? null, limit + 1],
  );
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.importId ?? null) : null };
}

/** Another finished or running import of the same bytes, if there is one. */
export async function findSameFile(
  ctx: StoreContext,
  { importId, sha256 }: Import,
): Promise<{ importId: string; createdAt: Date } | null> {
  const [row] = await ctx.tx.query<{ importId: string; createdAt: Date }>(
    `select import_id as "importId", created_at as "createdAt" from orders.imports
      where tenant_id = $1 and sha256 = $2 and import_id <> $3 and state in ('queued', 'running', 'paused', 'done') order by created_at limit 1`,
    [ctx.tenantId, sha256, importId],
  );
  return row ?? null;
}

/** Who works on an import, and for how long nobody else may. */
export interface Lease {
  readonly database: Database;
  readonly tenantId: number;
  readonly importId: string;
  readonly runner: string;
}

const leaseInterval = '60 seconds';

/** Runs work in a transaction of the import's tenant, only while this runner still owns the import; false when it does not. */
export async function withLease(
  lease: Lease,
  work: (tx: Tx, now: Date) => Promise<void> = async () => undefined,
): Promise<boolean> {
  return lease.database.work({ tenantId: lease.tenantId, scope: everyStore }, async (tx) => {
    const [owned] = await tx.query<{ now: Date }>(
      `update orders.imports set leased_until = now() + $4::interval
        where tenant_id = $1 and import_id = $2 and runner = $3 and state = 'running' returning now() as now`,
      [lease.tenantId, lease.importId, lease.runner, leaseInterval],
    );
    if (!owned) return false;
    await work(tx, owned.now);
    return true;
  });
}

/** Takes an import that waits, or whose runner has not been heard of for a while; undefined when it is not to be had. */
export async function claimImport(lease: Lease): Promise<Import | undefined> {
  return lease.database.work({ tenantId: lease.tenantId, scope: everyStore }, async (tx) => {
    const [row] = await tx.query<Import>(
      `update orders.imports
          set state = 'running', runner = $3, leased_until = now() + $4::interval, started_at = coalesce(started_at, now())
        where tenant_id = $1 and import_id = $2 and (state = 'queued' or (state = 'running' and leased_until < now()))
        returning ${columns}`,
      [lease.tenantId, lease.importId, lease.runner, leaseInterval],
    );
    return row;
  });
}

/** What one committed chunk adds. */
export interface ChunkOutcome {
  readonly rowsDone: number;
  readonly partsDone: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejects: readonly RejectedRow[];
}

/** Books a chunk's outcome on the import, in the chunk's own transaction. */
export async function bookChunk(tx: Tx, lease: Lease, vault: TenantVault, chunk: ChunkOutcome): Promise<void> {
  await tx.execute(
    `update orders.imports
        set rows_done = $3, parts_done = $4, orders_created = orders_created + $5, orders_updated = orders_updated + $6,
            orders_unchanged = orders_unchanged + $7, rows_rejected = rows_rejected + $8
      where tenant_id = $1 and import_id = $2`,
    [
      lease.tenantId,
      lease.importId,
      chunk.rowsDone,
      chunk.partsDone,
      chunk.created,
      chunk.updated,
      chunk.unchanged,
      chunk.rejects.length,
    ],
  );
  if (chunk.rejects.length === 0) return;
  await tx.execute(
    `insert into orders.import_rejects (tenant_id, import_id, chunk_no, row_count, body)
     select $1, $2, coalesce(max(chunk_no), 0) + 1, $3, $4 from orders.import_rejects where tenant_id = $1 and import_id = $2`,
    [
      lease.tenantId,
      lease.importId,
      chunk.rejects.length,
      vault.seal(Buffer.from(JSON.stringify(chunk.rejects), 'utf8')),
    ],
  );
}

/** Reads the rejected rows chunk by chunk. */
export async function* readRejects(
  ctx: StoreContext & Pick<Context, 'services'>,
  importId: string,
): AsyncGenerator<RejectedRow[]> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  for (let chunkNo = 0; ;) {
    const [row] = await ctx.tx.query<{ chunk_no: number; body: Buffer }>(
      `select chunk_no, body from orders.import_rejects where tenant_id = $1 and import_id = $2 and chunk_no > $3 order by chunk_no limit 1`,
      [ctx.tenantId, importId, chunkNo],
    );
    if (!row) return;
    chunkNo = row.chunk_no;
    yield JSON.parse(vault.open(row.body).toString('utf8')) as RejectedRow[];
  }
}
