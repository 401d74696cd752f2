import { setTimeout as delay } from 'node:timers/promises';

import { appendAnchor, openAnchors } from '#platform/audit-anchors';
import type { AuditAnchors } from '#platform/audit-anchors';
import { chainedColumns, chainHash, chainStart } from '#platform/audit-chain';
import type { ChainedRow } from '#platform/audit-chain';
import { everyStore } from '#platform/context';
import type { Database } from '#platform/database';
import type { Logger } from '#platform/logger';
import type { Services } from '#platform/services';

const batchRows = 1_000;
const allTenants = { tenantId: null, scope: everyStore } as const;

/**
 * Moves acts that wait into the chain of each tenant, at most 1,000 per tenant and transaction, until none is left; returns how many.
 * Safe beside another sealer: the tenant's head row is locked while its chain grows.
 */
export async function sealAudit(database: Database, logger: Logger): Promise<number> {
  const tenants = await database.work(allTenants, (tx) =>
    tx.query<{ tenant_id: number }>(`select distinct tenant_id from platform.audit_pending order by tenant_id`),
  );
  let sealed = 0;
  for (const { tenant_id: tenantId } of tenants) {
    try {
      let rows: number;
      do {
        rows = await sealBatch(database, tenantId);
        sealed += rows;
      } while (rows === batchRows);
    } catch (error) {
      // One tenant's fault must not keep the others from being sealed; reveals of this tenant stop after a minute.
      logger.error({ err: error, tenantId }, 'the audit log of a tenant could not be sealed');
    }
  }
  return sealed;
}

async function sealBatch(database: Database, tenantId: number): Promise<number> {
  return database.work({ tenantId, scope: everyStore }, async (tx) => {
    await tx.execute(
      `insert into platform.audit_heads (tenant_id, seq, hash) values ($1, 0, $2) on conflict do nothing`,
      [tenantId, chainStart],
    );
    const [head] = await tx.query<{ seq: number; hash: Buffer }>(
      `select seq, hash from platform.audit_heads where tenant_id = $1 for update`,
      [tenantId],
    );
    if (!head) throw new Error(`tenant ${tenantId} has no audit head`);
    const rows = await tx.query<ChainedRow>(
      `select ${chainedColumns} from platform.audit_pending p where tenant_id = $1 order by p.at, p.id limit ${batchRows}`,
      [tenantId],
    );
    if (rows.length === 0) return 0;
    const hashes: Buffer[] = [];
    let prev = head.hash;
    for (const [index, row] of rows.entries()) {
      prev = chainHash(prev, { tenantId, seq: head.seq + index + 1 }, row);
      hashes.push(prev);
    }
    await tx.execute(
      `with moved as (
         delete from platform.audit_pending where tenant_id = $1 and id = any($2::uuid[])
         returning *
       )
       insert into platform.audit_entries (tenant_id, seq, id, at, actor_type, actor, request_id, ip, user_agent_hash, action,
              object_type, object_id, purpose, result, details, prev, hash)
       select m.tenant_id, $3 + link.n, m.id, m.at, m.actor_type, m.actor, m.request_id, m.ip, m.user_agent_hash, m.action,
              m.object_type, m.object_id, m.purpose, m.result, m.details, link.prev, link.hash
         from unnest($2::uuid[], $4::bytea[], $5::bytea[]) with ordinality as link(id, prev, hash, n)
         join moved m on m.id = link.id
        order by link.n`,
      [tenantId, rows.map(({ id }) => id), head.seq, [head.hash, ...hashes.slice(0, -1)], hashes],
    );
    await tx.execute(`update platform.audit_heads set seq = $2, hash = $3 where tenant_id = $1`, [
      tenantId,
      head.seq + rows.length,
      prev,
    ]);
    return rows.length;
  });
}

/** Signs where each chain stands now and appends it outside the database; returns how many anchors were written. */
export async function anchorAudit(database: Database, anchors: AuditAnchors, logger: Logger): Promise<number> {
  const heads = await database.work(allTenants, (tx) =>
    tx.query<{ tenant_id: number; seq: number; hash: Buffer; at: Date }>(
      `select tenant_id, seq, hash, now() as at from platform.audit_heads where seq > 0 order by tenant_id`,
    ),
  );
  for (const { tenant_id: tenantId, seq, hash, at } of heads) {
    const anchor = await appendAnchor(anchors, { tenantId, seq, hash, at });
    // The line in the process log is a second copy, in the hands of whoever collects the logs.
    if (anchor) logger.info({ anchor }, 'audit log anchored');
  }
  return heads.length;
}

/** Seals about every half second and anchors every hour until the signal; one of the loops of the jobs role. */
export async function runAuditSealer({
  database,
  services,
  logger,
  signal,
}: {
  database: Database;
  services: Pick<Services, 'config'>;
  logger: Logger;
  signal: AbortSignal;
}): Promise<void> {
  const hourMs = 3_600_000;
  const anchors = openAnchors(services.config);
  let anchoredAtMs = -hourMs;
  while (!signal.aborted) {
    try {
      await sealAudit(database, logger);
      if (performance.now() - anchoredAtMs >= hourMs) {
        await anchorAudit(database, anchors, logger);
        anchoredAtMs = performance.now();
      }
    } catch (error) {
      logger.error({ err: error }, 'the audit sealer failed and tries again');
    }
    await delay(500, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
  await sealAudit(database, logger);
}
