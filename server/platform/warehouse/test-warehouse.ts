import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openWarehouse, type Warehouse } from './client.ts';
import { startWarehouse, type WarehouseEngine, type WarehouseState } from './engine.ts';

export interface TestWarehouse {
  readonly dir: string;
  readonly engine: WarehouseEngine;
  readonly warehouse: Warehouse;
  /** Sends one request as any HTTP client would. */
  send(search: Record<string, string>, init?: RequestInit): Promise<Response>;
  /** Resolves when the engine next becomes ready. */
  nextReady(): Promise<void>;
  stop(): Promise<void>;
}

const silent = { info() {}, warn() {}, error() {} };

/** Starts an engine of its own in a temporary folder, for tests that restart it or must not share it. */
export async function startTestWarehouse(memoryMb = 1024): Promise<TestWarehouse> {
  const dir = await mkdtemp(join(tmpdir(), 'shuke-warehouse-'));
  let waiting: (() => void)[] = [];
  const onStateChange = (state: WarehouseState) => {
    if (state !== 'ready') return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  const engine = await startWarehouse({ dir, memoryMb, log: silent, onStateChange });
  const warehouse = openWarehouse({ url: engine.url });
  const { username, password, origin } = new URL(engine.url);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return {
    dir,
    engine,
    warehouse,
    send: (search, init = {}) =>
      fetch(`${origin}/?${new URLSearchParams(search).toString()}`, {
        method: 'POST',
        ...init,
        headers: { authorization, ...(init.headers as Record<string, string>) },
      }),
    nextReady: () => new Promise((resolve) => waiting.push(resolve)),
    async stop() {
      await warehouse.close();
      await engine.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
