import { existsSync } from 'node:fs';

import { importOrders } from '#orders';
import { everyStore } from '#platform/context';
import { EngineError } from '#platform/engines/engine-log';
import { computeRfmRun, requestRfmRun } from '#tags';

import { option, withProduct } from './with-product.ts';
import type { Product } from './with-product.ts';

/** `shuke import <file>`: orders, customers and their RFM from an export, with progress; again changes nothing. */
export async function importCommand(args: readonly string[]): Promise<number> {
  const path = args.find((arg) => !arg.startsWith('--'));
  if (path === undefined) {
    console.log('Usage: shuke import <file.csv> [--format=<code>] [--tenant=<number>]');
    return 2;
  }
  if (!existsSync(path)) throw new EngineError(`${path} does not exist.`);
  const tenantId = Number(option(args, 'tenant') ?? 1);
  return withProduct(
    async (product) => {
      const startedAt = performance.now();
      const done = await importOrders(product, {
        tenantId,
        path,
        format: option(args, 'format'),
        onProgress: ({ rowsDone, rowsTotal }) => {
          process.stderr.write(`\r▸ ${rowsDone.toLocaleString()} of ${(rowsTotal ?? 0).toLocaleString()} rows `);
        },
      });
      process.stderr.write('\r');
      console.log(
        [
          `${done.rowsDone} rows in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s: ${done.state}`,
          `  orders    ${done.ordersCreated} new, ${done.ordersUpdated} changed, ${done.ordersUnchanged} unchanged`,
          `  rejected  ${done.rowsRejected} rows${done.rowsRejected > 0 ? ' (reasons: console → 商城 → 导入)' : ''}`,
        ].join('\n'),
      );
      if (done.state !== 'done') return 1;
      await scoreCustomers(product, tenantId);
      return 0;
    },
    { warehouse: false },
  );
}

async function scoreCustomers({ database, services }: Product, tenantId: number): Promise<void> {
  const runId = await database.work({ tenantId, scope: everyStore }, async (tx) => {
    const [clock] = await tx.query<{ now: Date }>('select now() as now');
    return requestRfmRun({
      tx,
      tenantId,
      actor: { kind: 'system', name: 'shuke import' },
      scope: everyStore,
      permissions: new Set(),
      now: clock?.now ?? new Date(),
      locale: 'zh-CN',
      requestId: 'import',
      client: { ip: '127.0.0.1', userAgent: 'shuke' },
      services,
    });
  });
  await computeRfmRun({ database }, tenantId, runId);
  const groups = await database.work({ tenantId, scope: everyStore }, (tx) =>
    tx.query<{ group_code: string; customers: number; money: number }>(
      `select group_code, count(*)::int as customers, sum(monetary_minor)::bigint as money from tags.rfm_scores
        where tenant_id = $1 group by group_code order by money desc`,
      [tenantId],
    ),
  );
  console.log('  RFM groups');
  for (const { group_code: group, customers, money } of groups) {
    console.log(
      `    ${group.padEnd(24)} ${String(customers).padStart(6)} customers  ${(money / 100).toFixed(2).padStart(14)}`,
    );
  }
}
