import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Config } from '#platform/config';

import { holderOf, lockDir } from './dir-lock.ts';
import type { EngineLog } from './engine-log.ts';
import { startEngines, type EngineAddresses } from './engines.ts';
import { endLeftovers, findRunning, supervisorLock, type Running } from './running.ts';

const startingTimeoutMs = 60_000;

/** The running Shuke; waits for one that is just coming up. */
async function waitForRunning(dataDir: string): Promise<Running | undefined> {
  const deadline = performance.now() + startingTimeoutMs;
  for (;;) {
    const running = await findRunning(dataDir);
    if (running || (await holderOf(dataDir, supervisorLock)) === undefined || performance.now() > deadline)
      return running;
    await sleep(200);
  }
}

/**
 * Runs a command's work with the engines of the Shuke that is running on the data folder, or else with engines started
 * for it and stopped afterwards. `warehouse: false` saves the start of ClickHouse when the work needs none.
 */
export async function withEngines<T>(
  config: Config,
  log: EngineLog,
  work: (addresses: EngineAddresses) => Promise<T>,
  { warehouse = true }: { warehouse?: boolean } = {},
): Promise<T> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o711 });
  const running = await waitForRunning(config.dataDir);
  if (running) return work(running);
  const lock = await lockDir(config.dataDir, supervisorLock);
  try {
    await endLeftovers(config.dataDir);
    const engines = await startEngines(config, log, { warehouse });
    try {
      await engines.warehouseReady;
      return await work(engines.addresses);
    } finally {
      await engines.stop();
    }
  } finally {
    await lock.release();
  }
}
