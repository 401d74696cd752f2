import type { Context } from '#platform/context';
import {
  createDefinition,
  listDefinitions,
  publishDefinition,
  rollBackDefinition,
  saveDraft,
  versionsOf,
} from '#platform/definitions';
import type { Definition } from '#platform/definitions';
import { EditedMeanwhile } from '#platform/definitions';
import { NotFound } from '#platform/errors';
import { enqueue } from '#platform/job-queue';

import type { CleaningRules } from './clean-order.ts';
import { cleaningKind, rulesInForce } from './cleaning-rules.ts';

/** Everything about a tenant's cleaning rules: what runs, what is being drafted, what ran before. */
export async function readCleaning(ctx: Context) {
  const definition = await findCleaning(ctx);
  const { rules, version } = await rulesInForce(ctx);
  const versions = definition ? await versionsOf(ctx, cleaningKind, definition.definitionId) : [];
  return {
    definitionId: definition?.definitionId ?? null,
    revision: definition?.revision ?? 0,
    draft: definition?.draft ?? null,
    inForce: rules,
    version,
    versions: versions.map(({ version: number, note, publishedAt, publishedBy, restores }) => ({
      version: number,
      note,
      publishedAt,
      publishedBy,
      restores,
    })),
  };
}

/** Saves the draft; throws `EditedMeanwhile` when somebody else saved since `revision`. */
export async function saveCleaning(
  ctx: Context,
  { rules, revision }: { rules: CleaningRules; revision: number },
): Promise<void> {
  // The first draft of a tenant: two people who start at once must not make two.
  await ctx.tx.query(`select pg_advisory_xact_lock(hashtextextended('orders.cleaning', $1))`, [ctx.tenantId]);
  const definition = await findCleaning(ctx);
  if (definition) {
    await saveDraft(ctx, cleaningKind, definition.definitionId, { content: rules, revision });
    return;
  }
  if (revision !== 0) throw new EditedMeanwhile(0);
  await createDefinition(ctx, cleaningKind, { name: '订单清洗规则', content: rules });
}

/** Publishes the draft and has it applied to all orders. */
export async function publishCleaning(ctx: Context, note: string): Promise<void> {
  const definition = await findCleaning(ctx);
  if (!definition) throw new NotFound('Draft');
  await publishDefinition(ctx, cleaningKind, definition.definitionId, { note });
  await applyLater(ctx);
}

/** Brings an earlier version back and has it applied to all orders. */
export async function rollBackCleaning(ctx: Context, toVersion: number): Promise<void> {
  const definition = await findCleaning(ctx);
  if (!definition) throw new NotFound(`Version ${toVersion}`);
  await rollBackDefinition(ctx, cleaningKind, definition.definitionId, toVersion);
  await applyLater(ctx);
}

async function findCleaning(ctx: Context): Promise<Definition<CleaningRules> | undefined> {
  return (await listDefinitions(ctx, cleaningKind))[0];
}

async function applyLater(ctx: Context): Promise<void> {
  await enqueue(ctx, 'orders.apply-cleaning', { tenantId: ctx.tenantId }, { key: `apply-cleaning:${ctx.tenantId}` });
}
