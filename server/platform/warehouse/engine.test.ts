import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { WarehouseUnavailable } from './client.ts';
import { startWarehouse } from './engine.ts';
import { startTestWarehouse } from './test-warehouse.ts';

const endless = 'SELECT sum(sipHash64(number)) FROM numbers(30000000000)';
const silent = { info() {}, warn() {}, error() {} };

test('killed during inserts, it loses nothing it acknowledged, and a repeated token doubles nothing', async () => {
  const mortal = await startTestWarehouse();
  const { warehouse, engine } = mortal;
  await warehouse.command(
    'CREATE TABLE facts (id UInt32) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000',
  );
  let acknowledged = 0;
  let repeated = 0;
  async function insertUntilAcknowledged(batch: number): Promise<void> {
    const rows = Array.from({ length: 20 }, (_, at) => ({ id: batch * 20 + at }));
    for (;;) {
      try {
        await warehouse.insert('facts', rows, { token: `batch-${batch}` });
        acknowledged += 1;
        return;
      } catch (error) {
        expect(error).toBeInstanceOf(WarehouseUnavailable);
        repeated += 1;
        await sleep(50);
      }
    }
  }
  let batch = 0;
  const writers = [1, 2, 3].map(async () => {
    while (batch < 80) await insertUntilAcknowledged((batch += 1));
  });
  for (const acks of [15, 40]) {
    await expect.poll(() => acknowledged, { timeout: 10_000, interval: 5 }).toBeGreaterThan(acks);
    const ready = mortal.nextReady();
    process.kill(engine.pid ?? 0, 'SIGKILL');
    await ready;
  }
  await Promise.all(writers);
  // Every batch once more: nothing may be stored twice.
  await Promise.all([5, 35, 75].map((again) => insertUntilAcknowledged(again)));
  const [stored] = await warehouse.query<{ n: number; ids: number }>(
    'SELECT count() AS n, uniqExact(id) AS ids FROM facts',
  );
  await mortal.stop();
  expect(repeated).toBeGreaterThan(0);
  expect(stored).toEqual({ n: batch * 20, ids: batch * 20 });
});

test('a second engine on the same folder is told who has it', async () => {
  const own = await startTestWarehouse();
  await expect(startWarehouse({ dir: own.dir, memoryMb: 512, log: silent })).rejects.toThrow(
    new RegExp(`could not start: Another Shuke \\(process ${own.engine.pid}\\) is using ${own.dir}`),
  );
  expect(await own.warehouse.ping()).toBe(true);
  await own.stop();
});

test('stops in time although a statement would never end, and its folder is free at once', async () => {
  const stuck = await startTestWarehouse();
  const statement = stuck.warehouse.query(endless).catch((error: unknown) => error);
  await sleep(300);
  const begun = performance.now();
  await stuck.engine.restart();
  expect(performance.now() - begun).toBeLessThan(9_000);
  expect(await statement).toBeInstanceOf(WarehouseUnavailable);
  expect(await stuck.warehouse.ping()).toBe(true);
  await stuck.stop();
});

test('lets a running statement finish before it stops', async () => {
  const polite = await startTestWarehouse();
  const statement = polite.warehouse.query('SELECT sleep(1) AS slept');
  await sleep(300);
  await polite.engine.stop();
  expect(await statement).toEqual([{ slept: 0 }]);
  await expect(polite.warehouse.query('SELECT 1')).rejects.toBeInstanceOf(WarehouseUnavailable);
  await polite.stop();
});

test('ends with its parent, even in the middle of a statement', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'shuke-orphan-'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), `--dir=${dir}`, '--memory-mb=512'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { port, password } = JSON.parse(line.toString()) as { port: number; password: string };
  const address = `http://127.0.0.1:${port}/?user=shuke&password=${password}&query=${encodeURIComponent(endless)}`;
  const statement = fetch(address).catch((error: unknown) => error);
  await sleep(300);
  child.stdin.destroy();
  const begun = performance.now();
  await once(child, 'exit');
  expect(performance.now() - begun).toBeLessThan(3_000);
  await statement;
  await rm(dir, { recursive: true, force: true });
});
