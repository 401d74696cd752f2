import { createHash } from 'node:crypto';

import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import { newId } from '#platform/ids';
import { maskText, scrub } from '#platform/personal-data-detect';

/** One act worth keeping: who and when come from the context. */
export interface AuditEntry {
  /** `<module>.<act>`, e.g. `customers.reveal`; its name on screen is the translation of this code. */
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
  /** Why, in the actor's words; personal data in it is masked before it is stored. */
  readonly purpose?: string | undefined;
  /** `ok` when absent. */
  readonly result?: 'ok' | 'denied' | undefined;
  /** Facts such as before and after; properties that hold personal data are dropped. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

export type AuditContext = Pick<Context, 'tx' | 'tenantId' | 'actor' | 'client' | 'requestId' | 'services'>;

/** Records an act in the transaction of the act itself: both are kept or neither. The sealer chains it within about a second. */
export async function audit(ctx: AuditContext, entry: AuditEntry): Promise<void> {
  const id = newId();
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const ip = vault.encrypt({ table: 'platform.audit_entries', column: 'ip', rowId: id }, ctx.client.ip);
  const agent = createHash('sha256').update(ctx.client.userAgent).digest().subarray(0, 16);
  await ctx.tx.execute(
    `insert into platform.audit_pending
       (id, tenant_id, at, actor_type, actor, request_id, ip, user_agent_hash, action, object_type, object_id, purpose, result, details)
     values ($1, $2, clock_timestamp(), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      id,
      ctx.tenantId,
      ctx.actor.kind,
      actorRef(ctx.actor),
      ctx.requestId,
      ip,
      agent,
      entry.action,
      entry.objectType,
      entry.objectId,
      entry.purpose === undefined ? '' : maskText(entry.purpose),
      entry.result ?? 'ok',
      JSON.stringify(scrub(entry.details ?? {}).properties),
    ],
  );
}
