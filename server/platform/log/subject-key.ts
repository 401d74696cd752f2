import { hash } from 'node:crypto';

import type { IdentifierRef } from '#platform/log/event';

/** Immutable hash of an identifier as sent, as decimal text of an unsigned 64-bit number: sorts and shards the warehouse's events. */
export function subjectKey(tenantId: number, { kind, scope, value }: IdentifierRef): string {
  const digest = hash('sha256', `${tenantId}\n${kind}\n${scope}\n${value}`, 'buffer');
  return digest.readBigUInt64BE(0).toString();
}
