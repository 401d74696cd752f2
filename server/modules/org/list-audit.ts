import type { Context } from '#platform/context';
import { maskIp } from '#platform/personal-data';

import { staffNames } from './manage-staff.ts';

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly objectType?: string | undefined;
  readonly objectId?: string | undefined;
  readonly result?: 'ok' | 'denied' | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** The last sequence number of the page before. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface AuditView {
  readonly seq: number;
  readonly at: Date;
  readonly actor: string;
  /** The staff member's name; null for others. */
  readonly actorName: string | null;
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
  readonly purpose: string;
  readonly result: 'ok' | 'denied';
  readonly details: Readonly<Record<string, unknown>>;
  readonly network: string;
  readonly requestId: string;
  readonly hash: string;
}

interface EntryRow {
  seq: number;
  id: string;
  at: Date;
  actor: string;
  action: string;
  object_type: string;
  object_id: string;
  purpose: string;
  result: 'ok' | 'denied';
  details: Record<string, unknown>;
  ip: Buffer;
  request_id: string;
  hash: Buffer;
}

/** Entries of the tenant's audit log, newest first. */
export async function listAudit(ctx: Context, filter: AuditFilter): Promise<AuditView[]> {
  const rows = await ctx.tx.query<EntryRow>(
    `select seq, id, at, actor, action, object_type, object_id, purpose, result, details, ip, request_id, hash
       from platform.audit_entries
      where tenant_id = $1 and ($2::bigint is null or seq < $2) and ($3::text is null or actor = $3) and ($4::text is null or action = $4)
        and ($5::text is null or object_type = $5) and ($6::text is null or object_id = $6) and ($7::text is null or result = $7)
        and ($8::timestamptz is null or at >= $8) and ($9::timestamptz is null or at < $9)
      order by seq desc limit $10`,
    [
      ctx.tenantId,
      filter.before ?? null,
      filter.actor ?? null,
      filter.action ?? null,
      filter.objectType ?? null,
      filter.objectId ?? null,
      filter.result ?? null,
      filter.from ?? null,
      filter.to ?? null,
      filter.limit,
    ],
  );
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const staffIds = rows.flatMap(({ actor }) => (/^staff:[0-9a-f-]{36}$/.test(actor) ? [actor.slice(6)] : []));
  const names = await staffNames(ctx, [...new Set(staffIds)]);
  return rows.map((row) => ({
    seq: row.seq,
    at: row.at,
    actor: row.actor,
    actorName: row.actor.startsWith('staff:') ? (names.get(row.actor.slice(6)) ?? null) : null,
    action: row.action,
    objectType: row.object_type,
    objectId: row.object_id,
    purpose: row.purpose,
    result: row.result,
    details: row.details,
    network: maskIp(vault.decrypt({ table: 'platform.audit_entries', column: 'ip', rowId: row.id }, row.ip)),
    requestId: row.request_id,
    hash: row.hash.toString('hex'),
  }));
}

/** Where the tenant's chain stands: its length, its last hash, and how many acts wait to be sealed. */
export async function auditState(ctx: Context): Promise<{ entries: number; hash: string | null; waiting: number }> {
  const [row] = await ctx.tx.query<{ seq: number | null; hash: Buffer | null; waiting: number }>(
    `select h.seq, h.hash, (select count(*) from platform.audit_pending p where p.tenant_id = $1) as waiting
       from (select 1) one left join platform.audit_heads h on h.tenant_id = $1`,
    [ctx.tenantId],
  );
  return { entries: row?.seq ?? 0, hash: row?.hash?.toString('hex') ?? null, waiting: row?.waiting ?? 0 };
}
