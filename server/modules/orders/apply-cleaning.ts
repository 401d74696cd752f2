import { everyStore } from '#platform/context';
import type { JobContext } from '#platform/jobs';
import { emit } from '#platform/outbox';
import type { TenantVault } from '#platform/vault';

import { applyRules } from './apply-order.ts';
import type { CleaningRules } from './clean-order.ts';
import { rulesInForce } from './cleaning-rules.ts';
import type { RulesInForce } from './cleaning-rules.ts';
import { comparisons, findCompared } from './compare-orders.ts';
import type { OrdersContext } from './new-order.ts';
import { exclusionEvent } from './order-events.ts';
import type { LineRow, OrderRow } from './order-row.ts';
import { loadChildren } from './order-store.ts';
import { textsOf } from './plan-order.ts';
import { writeLineFlags, writeOrderFlags } from './write-flags.ts';

const ordersPerPage = 1_000;

/** An order as the rules would leave it, beside how it stands. */
export interface Recleaned {
  readonly before: OrderRow;
  readonly row: OrderRow;
  readonly lines: readonly LineRow[];
  readonly linesBefore: readonly LineRow[];
}

/** Applies rules to orders without writing: the one way for running and for previewing. */
export async function recleanOrders(
  ctx: OrdersContext,
  rules: RulesInForce,
  rows: readonly OrderRow[],
): Promise<Recleaned[]> {
  const orderIds = rows.map((row) => row.order_id);
  const { lines } = await loadChildren(ctx, orderIds);
  const compared = await findCompared(ctx, rules.rules, orderIds);
  const vault: TenantVault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  return rows.map((before) => {
    const linesBefore = lines.get(before.order_id) ?? [];
    const own = before.flags.filter((flag) => !comparisons.includes(flag));
    const flagged = { ...before, flags: [...own, ...(compared.get(before.order_id) ?? [])] };
    return { before, linesBefore, ...applyRules(rules, flagged, linesBefore, textsOf(before, vault)) };
  });
}

/** Applies the rules in force to all orders of a tenant, page by page; says which orders joined or left what is counted. */
export async function applyCleaning(
  job: Pick<JobContext, 'database' | 'services' | 'signal'>,
  tenantId: number,
): Promise<{ moved: number }> {
  let cursor: string | null = null;
  let moved = 0;
  do {
    const page: { next: string | null; moved: number } = await job.database.work(
      { tenantId, scope: everyStore },
      async (tx) => {
        return applyPage({ tx, tenantId, now: tx.now, services: job.services }, cursor);
      },
    );
    cursor = page.next;
    moved += page.moved;
  } while (cursor !== null && !job.signal.aborted);
  return { moved };
}

async function applyPage(ctx: OrdersContext, cursor: string | null): Promise<{ next: string | null; moved: number }> {
  const rows = await ctx.tx.query<OrderRow>(
    `select * from orders.orders where tenant_id = $1 and ($2::uuid is null or order_id > $2) order by order_id limit $3 for update`,
    [ctx.tenantId, cursor, ordersPerPage],
  );
  const cleaned = await recleanOrders(ctx, await rulesInForce(ctx), rows);
  await writeCleaned(ctx, cleaned);
  return {
    next: rows.length < ordersPerPage ? null : (rows.at(-1)?.order_id ?? null),
    moved: cleaned.filter(isMoved).length,
  };
}

/** Writes what changed and announces the orders that joined or left what is counted. */
export async function writeCleaned(ctx: OrdersContext, cleaned: readonly Recleaned[]): Promise<void> {
  const changed = cleaned.filter(
    ({ before, row }) =>
      isMoved({ before, row }) || !sameFlags(before, row) || before.rules_version !== row.rules_version,
  );
  await writeOrderFlags(
    ctx,
    changed.map(({ row }) => row),
  );
  await writeLineFlags(
    ctx,
    cleaned.flatMap(({ lines, linesBefore }) => lines.filter((line, index) => !sameFlags(line, linesBefore[index]))),
  );
  await emit(
    ctx,
    cleaned.filter(isMoved).map(({ row }) => exclusionEvent(ctx.tenantId, row, ctx.now)),
  );
}

function sameFlags(
  a: { flags: string[]; is_excluded: boolean },
  b: { flags: string[]; is_excluded: boolean } | undefined,
): boolean {
  return b !== undefined && a.is_excluded === b.is_excluded && a.flags.join() === b.flags.join();
}

/** Whether cleaning changed what analysis counts of an order. */
export function isMoved({ before, row }: Pick<Recleaned, 'before' | 'row'>): boolean {
  return before.is_excluded !== row.is_excluded || before.counted_minor !== row.counted_minor;
}

/** What rules would hit among the latest orders, against how they stand. */
export interface CleaningPreview {
  /** How many orders were looked at, the latest first. */
  readonly ordersSeen: number;
  readonly hits: {
    readonly flag: string;
    readonly orders: number;
    readonly lines: number;
    readonly samples: string[];
  }[];
  readonly newlyExcluded: number;
  readonly newlyIncluded: number;
  /** By how much the counted amounts would change, per currency. */
  readonly countedChange: { readonly currency: string; readonly amountMinor: number }[];
}

const previewMax = 20_000;
const samplesMax = 5;

/** Rehearses rules on the latest orders, up to 20,000, without changing anything. */
export async function previewCleaning(ctx: OrdersContext, rules: CleaningRules): Promise<CleaningPreview> {
  const hits = new Map<string, { orders: number; lines: number; samples: string[] }>();
  const change = new Map<string, number>();
  let [ordersSeen, newlyExcluded, newlyIncluded] = [0, 0, 0];
  let cursor: OrderRow | undefined;
  while (ordersSeen < previewMax) {
    const rows: OrderRow[] = await ctx.tx.query<OrderRow>(
      `select * from orders.orders where tenant_id = $1 and ($2::timestamptz is null or (placed_at, order_id) < ($2, $3::uuid))
        order by placed_at desc, order_id desc limit $4`,
      [ctx.tenantId, cursor?.placed_at ?? null, cursor?.order_id ?? null, ordersPerPage],
    );
    for (const cleaned of await recleanOrders(ctx, { rules, version: 0 }, rows)) {
      const { before, row, lines } = cleaned;
      countHits(hits, row, lines);
      if (row.is_excluded && !before.is_excluded) newlyExcluded += 1;
      if (!row.is_excluded && before.is_excluded) newlyIncluded += 1;
      change.set(row.currency, (change.get(row.currency) ?? 0) + row.counted_minor - before.counted_minor);
    }
    ordersSeen += rows.length;
    cursor = rows.at(-1);
    if (rows.length < ordersPerPage) break;
  }
  return {
    ordersSeen,
    hits: [...hits].map(([flag, found]) => ({ flag, ...found })).toSorted((a, b) => b.orders - a.orders),
    newlyExcluded,
    newlyIncluded,
    countedChange: [...change].map(([currency, amountMinor]) => ({ currency, amountMinor })),
  };
}

function countHits(
  hits: Map<string, { orders: number; lines: number; samples: string[] }>,
  row: OrderRow,
  lines: readonly LineRow[],
): void {
  for (const flag of new Set([...row.flags, ...lines.flatMap((line) => line.flags)])) {
    const found = hits.get(flag) ?? { orders: 0, lines: 0, samples: [] };
    found.orders += 1;
    found.lines += lines.filter((line) => line.flags.includes(flag)).length;
    if (found.samples.length < samplesMax) found.samples.push(row.source_order_no);
    hits.set(flag, found);
  }
}
