import { existsSync } from 'node:fs';

import { explainFailure, groupRejects, importOrders } from '#orders';
import type { Import } from '#orders';
import { everyStore, systemContext } from '#platform/context';
import { EngineError } from '#platform/engines/engine-log';
import { computeRfmRun, requestRfmRun } from '#tags';

import { readArguments } from './arguments.ts';
import { withProduct } from './with-product.ts';
import type { Product } from './with-product.ts';

const usage = 'shuke import <file.csv> [--format <code>] [--tenant <number>]';
const options = { format: { type: 'string' }, tenant: { type: 'string' } } as const;
const groupsShown = 12;

/** `shuke import <file>`: orders, customers and their RFM from an export, with progress; again changes nothing. */
export async function importCommand(args: readonly string[]): Promise<number> {
  const read = readArguments(args, options, usage);
  const path = read?.positionals[0];
  const tenantId = Number(read?.values.tenant ?? 1);
  if (!read || path === undefined || !Number.isSafeInteger(tenantId)) {
    if (read) console.log(`Usage: ${usage}`);
    return 2;
  }
  if (!existsSync(path)) throw new EngineError(`${path} does not exist.`);
  return withProduct(
    async (product) => {
      const startedAt = performance.now();
      const done = await importOrders(product, {
        tenantId,
        path,
        format: read.values.format,
        onProgress: ({ rowsDone, rowsTotal }) => {
          process.stderr.write(`\r▸ ${rowsDone.toLocaleString()} of ${(rowsTotal ?? 0).toLocaleString()} rows `);
        },
      });
      process.stderr.write('\r');
      console.log(describeImport(done, performance.now() - startedAt).join('\n'));
      if (done.rowsRejected > 0) console.log((await describeRejects(product, tenantId, done)).join('\n'));
      if (done.state !== 'done') return 1;
      await scoreCustomers(product, tenantId);
      return 0;
    },
    { warehouse: false },
  );
}

function describeImport(done: Import, elapsedMs: number): string[] {
  const failure = explainFailure(done);
  return [
    `${done.rowsDone} rows in ${(elapsedMs / 1_000).toFixed(1)} s: ${done.state}`,
    ...(failure === null ? [] : [`  error     ${done.errorCode}: ${failure}`]),
    `  orders    ${done.ordersCreated} new, ${done.ordersUpdated} changed, ${done.ordersUnchanged} unchanged`,
    `  rejected  ${done.rowsRejected} rows`,
  ];
}

/** What is wrong with the rejected rows, and in which of them first. */
async function describeRejects(
  { database, services }: Product,
  tenantId: number,
  { importId }: Import,
): Promise<string[]> {
  const groups = await database.work({ tenantId, scope: everyStore }, (tx) =>
    groupRejects({ tx, tenantId, services }, importId),
  );
  return [
    ...groups
      .slice(0, groupsShown)
      .map(
        ({ code, sentence, rows, firstRows }) =>
          `    ${String(rows).padStart(7)}  ${sentence} [${code}], row ${firstRows.join(', ')}${rows > firstRows.length ? ', …' : ''}`,
      ),
    ...(groups.length > groupsShown ? [`             … and ${groups.length - groupsShown} other faults`] : []),
    '    (every rejected row with its reason can be downloaded: console → 商城 → 导入)',
  ];
}

async function scoreCustomers({ database, services }: Product, tenantId: number): Promise<void> {
  const runId = await database.work({ tenantId, scope: everyStore }, async (tx) => {
    return requestRfmRun(systemContext({ tx, tenantId, services, name: 'shuke import' }));
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
