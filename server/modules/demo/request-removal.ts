import { requireRecentSignIn } from '#org';
import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { enqueue } from '#platform/job-queue';

import { NoDemoData, OwnDataPresent, RemovalRunning } from './errors.ts';
import { findOwnData, isNone } from './find-own-data.ts';
import { findSeeding } from './seeding.ts';

export const removalJob = 'demo.remove-data';

/** Has the demo data removed in the background. Throws `NoDemoData`, `OwnDataPresent`, `RemovalRunning`. */
export async function requestRemoval(ctx: Context, { withOwnData }: { withOwnData: boolean }): Promise<void> {
  requireRecentSignIn(ctx);
  const seeding = await findSeeding(ctx);
  if (!seeding) throw new NoDemoData();
  if (seeding.removalRequestedAt !== null && seeding.removalError === null) throw new RemovalRunning();
  const own = await findOwnData(ctx, seeding);
  if (!withOwnData && !isNone(own)) throw new OwnDataPresent(own);
  await ctx.tx.execute(
    `update demo.seedings set removal_requested_at = $2, removal_step = '', removal_error = null where tenant_id = $1`,
    [ctx.tenantId, ctx.now],
  );
  await audit(ctx, {
    action: 'demo.request-removal',
    objectType: 'tenant',
    objectId: String(ctx.tenantId),
    details: { with_own_data: withOwnData, ...own },
  });
  await enqueue(
    ctx,
    removalJob,
    { tenantId: ctx.tenantId, actor: ctx.actor, withOwnData },
    { key: `remove-demo:${ctx.tenantId}`, maxAttempts: 3 },
  );
}
