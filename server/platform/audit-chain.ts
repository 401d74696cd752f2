import { createHash } from 'node:crypto';

import { canonicalize } from 'json-canonicalize';

/** An audit row as the chain hashes it; instants in microseconds as text, bytes in base64. */
export interface ChainedRow {
  readonly id: string;
  readonly at: string;
  readonly actor_type: string;
  readonly actor: string;
  readonly request_id: string;
  readonly ip: string;
  readonly user_agent_hash: string;
  readonly action: string;
  readonly object_type: string;
  readonly object_id: string;
  readonly purpose: string;
  readonly result: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Selects the columns of a ChainedRow from `audit_pending` or `audit_entries`. */
export const chainedColumns = `
  id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, actor_type, actor, request_id,
  translate(encode(ip, 'base64'), E'\\n', '') as ip, translate(encode(user_agent_hash, 'base64'), E'\\n', '') as user_agent_hash,
  action, object_type, object_id, purpose, result, details`;

/** What the first entry of every chain names as its predecessor. */
export const chainStart: Buffer = Buffer.alloc(32);

/** `SHA-256("audit/v1\n" ‖ prev ‖ RFC 8785 JSON)`, which binds an entry to everything before it. */
export function chainHash(prev: Buffer, position: { tenantId: number; seq: number }, row: ChainedRow): Buffer {
  const json = canonicalize({
    tenant: position.tenantId,
    seq: position.seq,
    id: row.id,
    at: row.at,
    actor_type: row.actor_type,
    actor: row.actor,
    request_id: row.request_id,
    ip: row.ip,
    user_agent_hash: row.user_agent_hash,
    action: row.action,
    object_type: row.object_type,
    object_id: row.object_id,
    purpose: row.purpose,
    result: row.result,
    details: row.details,
  });
  return createHash('sha256').update('audit/v1\n').update(prev).update(json).digest();
}
