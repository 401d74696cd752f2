import { mkdirSync } from 'node:fs';

import type { Config } from '#platform/config';

import { lockDir } from './dir-lock.ts';
import type { EngineLog } from './engine-log.ts';
import { startEngines, type EngineAddresses, type Engines } from './engines.ts';
import { keepRunning, type Keeper } from './keep-running.ts';
import { startRole, type RoleProcess } from './role-process.ts';
import { endLeftovers, forgetRunning, processEntry, supervisorLock, writeRunning } from './running.ts';
import { stopRequest, type StopRequest } from './stop-request.ts';

export interface SuperviseOptions {
  readonly config: Config;
  readonly log: EngineLog;
  /** Command line of one role after the Node program: `(role) => ['server/main.ts', 'run', '--role=web']`. */
  readonly roleArgs: (role: string) => readonly string[];
  readonly roles: readonly string[];
  /** Work between the engines' start and the roles', such as migrations. */
  readonly prepare?: (addresses: EngineAddresses) => Promise<void>;
  /** Told once, when every role works. */
  readonly onReady?: (ready: { readonly webPort: number | null; readonly addresses: EngineAddresses }) => void;
}

type RoleKeeper = Keeper<RoleProcess> & { readonly name: string };

/** What the engines' addresses look like in the environment of a role process; `readConfig` reads them back. */
function roleEnvironment(config: Config, { databaseUrls, warehouseUrl }: EngineAddresses): NodeJS.ProcessEnv {
  return {
    ...process.env,
    SHUKE_DATA: config.dataDir,
    DATABASE_URL: databaseUrls.owner,
    DATABASE_URL_WEB: databaseUrls.web,
    DATABASE_URL_WORKER: databaseUrls.worker,
    CLICKHOUSE_URL: warehouseUrl,
    PORT: String(config.port),
    HOST: config.host,
  };
}

/** A role that worked once is started again for ever; one that never did is broken, and a person must look. */
const stillbornLimit = 5;

interface Roles {
  readonly keepers: readonly RoleKeeper[];
  /** Roles that work, or worked before their last death. */
  readonly ready: ReadonlySet<string>;
  readonly webPort: () => number | null;
}

function keepRoles(
  options: SuperviseOptions,
  addresses: EngineAddresses,
  stop: StopRequest,
  changed: (roles: Roles) => void,
): Roles {
  const environment = roleEnvironment(options.config, addresses);
  const ready = new Set<string>();
  let webPort: number | null = null;
  const watch = async (name: string, role: RoleProcess): Promise<void> => {
    const port = await role.ready;
    ready.add(name);
    if (port !== null) {
      webPort = port;
      // A port chosen by the machine (PORT=0) survives a restart of its process.
      environment['PORT'] = String(port);
    }
    changed(roles);
  };
  const stillborn = new Map<string, number>();
  const giveUp = (name: string): boolean => {
    if (ready.has(name)) return false;
    const deaths = (stillborn.get(name) ?? 0) + 1;
    stillborn.set(name, deaths);
    if (deaths < stillbornLimit) return false;
    options.log.error({ name, deaths }, `${name} never came to work; its own messages above say why`);
    return true;
  };
  const keepers = options.roles.map((name): RoleKeeper => {
    const keeper = keepRunning({
      name,
      log: options.log,
      async start() {
        const role = await startRole(options.roleArgs(name), environment);
        changed(roles);
        void watch(name, role);
        void role.exited.then(() => {
          if (role.hopeless() || giveUp(name)) stop.give(1);
          return undefined;
        });
        return role;
      },
    });
    return Object.assign(keeper, { name });
  });
  const roles: Roles = { keepers, ready, webPort: () => webPort };
  return roles;
}

async function runRoles(options: SuperviseOptions, addresses: EngineAddresses, stop: StopRequest): Promise<void> {
  const { config, log, onReady } = options;
  let announced = false;
  const roles = keepRoles(options, addresses, stop, ({ keepers, ready, webPort }) => {
    const processes = keepers.flatMap(({ name, current }) => (current && processEntry(name, current.pid)) ?? []);
    writeRunning(config.dataDir, { pid: process.pid, webPort: webPort(), ...addresses, processes });
    if (announced || ready.size < options.roles.length) return;
    announced = true;
    onReady?.({ webPort: webPort(), addresses });
  });
  stop.onForce(() => {
    for (const { current } of roles.keepers) current?.kill();
  });
  await stop.asked;
  log.info({}, 'stopping');
  await Promise.all(roles.keepers.map((keeper) => keeper.stop()));
}

async function superviseLocked(options: SuperviseOptions): Promise<number> {
  const { config, log, prepare } = options;
  const stop = stopRequest();
  let engines: Engines | undefined;
  try {
    await endLeftovers(config.dataDir);
    engines = await startEngines(config, log);
    if (!stop.requested) await prepare?.(engines.addresses);
    if (!stop.requested) await runRoles(options, engines.addresses, stop);
    return await stop.asked;
  } finally {
    await engines?.stop();
    forgetRunning(config.dataDir);
    stop.release();
  }
}

/**
 * Runs everything on this machine under one process: engines that have no address of their own, then the roles, each
 * restarted when it dies. Resolves with the exit code once a signal, or the death of whoever started us, has ended it.
 * Throws an EngineError when the data folder is in use or the database cannot start.
 */
export async function supervise(options: SuperviseOptions): Promise<number> {
  const { dataDir } = options.config;
  // Others may pass through (the database runs under another account), not look around.
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const lock = await lockDir(dataDir, supervisorLock);
  try {
    return await superviseLocked(options);
  } finally {
    await lock.release();
  }
}
