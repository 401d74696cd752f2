import { audit } from '#platform/audit';
import { everyStore } from '#platform/context';
import type { Context } from '#platform/context';
import { enqueue } from '#platform/job-queue';
import type { JobContext } from '#platform/jobs';

import type { Recleaned } from './apply-cleaning.ts';
import { isMoved, writeCleaned } from './apply-cleaning.ts';
import { applyRules } from './apply-order.ts';
import { importUndone } from './clean-order.ts';
import { rulesInForce } from './cleaning-rules.ts';
import { ImportNotAtRest } from './errors.ts';
import { findImport } from './import-store.ts';
import type { Import } from './import-store.ts';
import type { OrdersContext } from './new-order.ts';
import type { OrderRow } from './order-row.ts';
import { loadChildren } from './order-store.ts';
import { textsOf } from './plan-order.ts';

const ordersPerPage = 1_000;

/**
 * Takes an import back, or brings it back again: the orders it created leave or join analysis in the background. Orders that other
 * sources have reported since keep counting, and what the import changed of older orders stays.
 */
export async function undoImport(ctx: Context, importId: string, isUndone: boolean): Promise<Import> {
  const stored = await findImport(ctx, importId);
  if (stored.state !== 'done' && stored.state !== 'paused' && stored.state !== 'failed')
    throw new ImportNotAtRest(stored.state);
  if ((stored.undoneAt !== null) === isUndone) return stored;
  await ctx.tx.execute(`update orders.imports set undone_at = $3 where tenant_id = $1 and import_id = $2`, [
    ctx.tenantId,
    importId,
    isUndone ? ctx.now : null,
  ]);
  await enqueue(ctx, 'orders.mark-import', { tenantId: ctx.tenantId, importId }, { key: `mark-import:${importId}` });
  await audit(ctx, {
    action: isUndone ? 'orders.undo_import' : 'orders.redo_import',
    objectType: 'import',
    objectId: importId,
  });
  return findImport(ctx, importId);
}

/** Marks the orders an import created as undone or not, page by page, as the import says now. */
export async function markImport(
  job: Pick<JobContext, 'database' | 'services' | 'signal'>,
  { tenantId, importId }: { tenantId: number; importId: string },
): Promise<{ moved: number }> {
  let moved = 0;
  let cursor: string | null = null;
  do {
    const page: { next: string | null; moved: number } = await job.database.work(
      { tenantId, scope: everyStore },
      async (tx) => {
        return markPage({ tx, tenantId, now: tx.now, services: job.services }, importId, cursor);
      },
    );
    cursor = page.next;
    moved += page.moved;
  } while (cursor !== null && !job.signal.aborted);
  return { moved };
}

async function markPage(
  ctx: OrdersContext,
  importId: string,
  cursor: string | null,
): Promise<{ next: string | null; moved: number }> {
  const { undoneAt } = await findImport(ctx, importId);
  const rows = await ctx.tx.query<OrderRow>(
    `select o.* from orders.orders o join orders.imports i using (tenant_id, import_id)
      where o.tenant_id = $1 and o.import_id = $2 and o.recorded_at >= i.started_at and ($3::uuid is null or o.order_id > $3)
      order by o.order_id limit $4 for update of o`,
    [ctx.tenantId, importId, cursor, ordersPerPage],
  );
  const rules = await rulesInForce(ctx);
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const { lines } = await loadChildren(
    ctx,
    rows.map((row) => row.order_id),
  );
  const marked: Recleaned[] = rows.map((before) => {
    const linesBefore = lines.get(before.order_id) ?? [];
    const others = before.flags.filter((flag) => flag !== importUndone);
    const flagged = { ...before, flags: undoneAt === null ? others : [...others, importUndone] };
    return { before, linesBefore, ...applyRules(rules, flagged, linesBefore, textsOf(before, vault)) };
  });
  await writeCleaned(ctx, marked);
  const next = rows.length < ordersPerPage ? null : (rows.at(-1)?.order_id ?? null);
  return { next, moved: marked.filter(isMoved).length };
}
