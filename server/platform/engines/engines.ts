import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import type { Config } from '#platform/config';
import { startWarehouse } from '#platform/warehouse/engine';

import type { EngineLog } from './engine-log.ts';
import { keepRunning, type Keeper, type Mortal } from './keep-running.ts';
import { freePort } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { tendArchive, walArchiveDir } from './wal-archive.ts';

/** Where the engines are; the same addresses for as long as they run, restarts included. */
export interface EngineAddresses {
  readonly databaseUrls: { readonly owner: string; readonly web: string; readonly worker: string };
  /** Superuser of the embedded database; null when the database is the operator's own. */
  readonly adminUrl: string | null;
  readonly warehouseUrl: string;
}

export interface Engines {
  readonly addresses: EngineAddresses;
  /** Resolves when the warehouse answers for the first time; nothing but analytics waits for it. */
  readonly warehouseReady: Promise<void>;
  stop(): Promise<void>;
}

interface Engine<Address> {
  readonly address: Address;
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

type DatabaseAddress = Pick<EngineAddresses, 'databaseUrls' | 'adminUrl'>;

const asItIs = <Address>(address: Address): Engine<Address> => ({
  address,
  ready: Promise.resolve(),
  stop: () => Promise.resolve(),
});

async function openPostgres(config: Config, log: EngineLog): Promise<Engine<DatabaseAddress>> {
  if (config.databaseUrls) return asItIs({ databaseUrls: config.databaseUrls, adminUrl: null });
  const [dir, archiveDir] = [join(config.dataDir, 'postgres'), walArchiveDir(config.dataDir)];
  let port: number | undefined;
  const keeper = keepRunning({
    name: 'postgres',
    log,
    mustStart: true,
    async start() {
      const engine = await startPostgres({ dir, log, archiveDir, ...(port !== undefined && { port }) });
      ({ port } = engine);
      // A killed server leaves files and perhaps backends behind, and its folder's lock is ours: tidy up before the next life.
      const exited = engine.exited.then(async () => {
        await engine.stop();
        return 'the server process ended';
      });
      return { pid: engine.pid, exited, stop: () => engine.stop(), urls: engine.urls, adminUrl: engine.adminUrl };
    },
  });
  const { urls, adminUrl } = await keeper.started;
  const leaveArchive = tendArchive({ engineDir: dir, archiveDir, log });
  return {
    address: { databaseUrls: urls, adminUrl },
    ready: Promise.resolve(),
    async stop() {
      leaveArchive();
      await keeper.stop();
    },
  };
}

/**
 * The warehouse comes up beside everything else and may fail without harm to the shop: its address is fixed beforehand
 * so that nobody has to wait for it.
 */
async function openWarehouse(config: Config, log: EngineLog): Promise<Engine<string>> {
  if (config.clickhouseUrl !== null) return asItIs(config.clickhouseUrl);
  const port = await freePort();
  const password = randomBytes(24).toString('base64url');
  const keeper: Keeper<Mortal> = keepRunning({
    name: 'warehouse',
    log,
    async start() {
      const engine = await startWarehouse({ dir: join(config.dataDir, 'warehouse'), port, password, log });
      // It brings itself back when it dies; for us it ends only when we stop it.
      const ended = Promise.withResolvers<string>();
      return {
        pid: engine.pid ?? 0,
        exited: ended.promise,
        async stop() {
          await engine.stop();
          ended.resolve('stopped');
        },
      };
    },
  });
  const ready = keeper.started.then(() => undefined);
  return { address: `http://shuke:${password}@127.0.0.1:${port}`, ready, stop: () => keeper.stop() };
}

/**
 * Brings up what the configuration does not name an address for, and keeps it up. Resolves once the database answers;
 * throws an EngineError when it cannot start. `warehouse: false` leaves the warehouse out, for commands without analytics.
 */
export async function startEngines(
  config: Config,
  log: EngineLog,
  { warehouse = true }: { warehouse?: boolean } = {},
): Promise<Engines> {
  const unreachable = 'http://127.0.0.1:9';
  const database = await openPostgres(config, log);
  const analytics = warehouse ? await openWarehouse(config, log) : asItIs(config.clickhouseUrl ?? unreachable);
  return {
    addresses: { ...database.address, warehouseUrl: analytics.address },
    warehouseReady: analytics.ready,
    async stop() {
      await analytics.stop();
      await database.stop();
    },
  };
}
