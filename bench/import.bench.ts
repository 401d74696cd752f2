import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { prepareSchema } from '../server/cli/prepare-schema.ts';
import { importOrders } from '../server/modules/orders/import-orders.ts';
import type { Import } from '../server/modules/orders/import-store.ts';
import { readConfig } from '../server/platform/config.ts';
import { openDatabase } from '../server/platform/database.ts';
import type { Database } from '../server/platform/database.ts';
import { withEngines } from '../server/platform/engines/with-engines.ts';
import { openFileStore } from '../server/platform/files.ts';
import { createLogger } from '../server/platform/logger.ts';
import type { Services } from '../server/platform/services.ts';
import { loadMasterKey } from '../server/platform/vault-master-key.ts';
import { openVaults } from '../server/platform/vault.ts';
import { openWarehouse } from '../server/platform/warehouse/client.ts';

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly context: string;
}

const publicFile = resolve(import.meta.dirname, '../../shared/data/online-retail/online_retail_2010-12_2011-06.csv');

/** Imports an order file of 245,903 lines (or `--lines=<n>` made-up ones) into an empty installation of its own, then the same again. */
export async function* run(args: readonly string[]): AsyncGenerator<Figure> {
  const wanted = Number(args.find((arg) => arg.startsWith('--lines='))?.slice('--lines='.length) ?? 0);
  const dataDir = await mkdtemp(join(tmpdir(), 'shuke-bench-'));
  try {
    const isPublic = wanted === 0 && existsSync(publicFile);
    const path = isPublic ? publicFile : await writeLines(join(dataDir, 'lines.csv'), wanted || 245_903);
    const config = readConfig({ SHUKE_DATA: dataDir, SHUKE_LOG_LEVEL: 'error' });
    const log = createLogger('bench', 'error');
    const figures = await withEngines(
      config,
      log,
      async ({ databaseUrls }) => {
        await prepareSchema(databaseUrls.owner);
        const database = openDatabase(databaseUrls);
        const services: Services = {
          config,
          vaults: openVaults({ masterKey: loadMasterKey(config), database }),
          files: openFileStore(join(dataDir, 'files')),
          warehouse: openWarehouse({ url: 'http://127.0.0.1:9' }),
        };
        try {
          return [
            ...(await measure('import', { database, services, path })),
            ...(await measure('reimport', { database, services, path })),
          ];
        } finally {
          await database.close();
        }
      },
      { warehouse: false },
    );
    yield* figures;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(
  name: string,
  { database, services, path }: { database: Database; services: Services; path: string },
): Promise<Figure[]> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  let done: Import;
  try {
    done = await importOrders({ database, services, signal: new AbortController().signal }, { tenantId: 1, path });
  } finally {
    clearInterval(sampler);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  if (done.state !== 'done') throw new Error(`the import ended ${done.state}: ${done.errorCode ?? ''}`);
  const context = `${done.rowsDone} lines, ${done.ordersCreated} orders created, ${done.ordersUnchanged} unchanged, ${done.rowsRejected} rows rejected`;
  return [
    { name: `${name}_seconds`, value: seconds, unit: 's', context },
    { name: `${name}_lines_per_second`, value: Math.round(done.rowsDone / seconds), unit: 'lines/s', context },
    {
      name: `${name}_cpu_seconds`,
      value: (cpu.user + cpu.system) / 1_000_000,
      unit: 's',
      context: 'this process, without the database',
    },
    {
      name: `${name}_memory_growth`,
      value: Math.round((peak - before) / 1_048_576),
      unit: 'MB',
      context: 'peak resident memory above the start',
    },
  ];
}

/** Lines like a wholesaler's: about nineteen to an invoice, a quarter of the invoices without customer. */
async function writeLines(path: string, count: number): Promise<string> {
  const file = createWriteStream(path);
  file.write('InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n');
  let state = 7;
  const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
  let [invoice, left, at, customer] = [536_365, 0, Date.UTC(2025, 0, 1), ''];
  for (let line = 0; line < count; line += 1) {
    if (left === 0) {
      [invoice, left, at] = [invoice + 1, 1 + random(37), at + random(1_200_000)];
      customer = random(4) === 0 ? '' : `${12_000 + random(40_000)}.0`;
    }
    left -= 1;
    const time = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
    const sku = 20_000 + random(4_000);
    const row = `${invoice},${sku},"GLASS JAR, SIZE ${sku % 7}",${1 + random(24)},${time},${1 + random(20)}.${10 + random(89)},${customer},United Kingdom\n`;
    if (!file.write(row)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  return path;
}
