import type { Context } from '#platform/context';
import type { Tx } from '#platform/database';

/**
 * Binds the running transaction to a tenant that became known only now (sign-in, invitation, a tenant being founded), until it ends.
 * Tenant 0 is the installation itself.
 */
export async function enterTenant(tx: Tx, tenantId: number): Promise<void> {
  await tx.query(`select set_config('app.tenant', $1, true), set_config('app.stores', 'all', true)`, [
    String(tenantId),
  ]);
}

/** The context of a request once its tenant and actor are known. */
export async function contextIn(ctx: Context, tenantId: number, actor: Context['actor'] = ctx.actor): Promise<Context> {
  await enterTenant(ctx.tx, tenantId);
  return { ...ctx, tenantId, actor, scope: { all: true } };
}
