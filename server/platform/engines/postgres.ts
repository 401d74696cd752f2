import { spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";

import { lockDir, type DirLock } from "./dir-lock.ts";
import { EngineError, type EngineLog } from "./engine-log.ts";
import { findPostgresBinaries, type PostgresBinaries } from "./postgres-binaries.ts";
import {
  answers,
  bootstrapCluster,
  loadCredentials,
  roleUrl,
  type Credentials,
} from "./postgres-roles.ts";
import { defaultSharedBuffersMb, postgresConf, postgresHba } from "./postgres-settings.ts";
import {
  clearDataDir,
  livePostmaster,
  readPostmaster,
  runsProgram,
  stopPostmaster,
  type StopMode,
} from "./postmaster.ts";
import { isRunning, waitUntil } from "./processes.ts";
import { chooseRunAs, handOver, type RunAs } from "./run-as.ts";

export interface PostgresOptions {
  /** Folder of this cluster: data, passwords, logs. Created when missing. */
  readonly dir: string;
  readonly log: EngineLog;
  /** A fixed port; by default a free one, which changes from start to start. */
  readonly port?: number;
  /** False only for throw-away clusters of tests: a power cut would corrupt them. */
  readonly fsync?: boolean;
  readonly sharedBuffersMb?: number;
}

export interface PostgresEngine {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  readonly urls: { readonly owner: string; readonly web: string; readonly worker: string };
  /** The superuser, for backup, verification and tests. The application never connects with it. */
  readonly adminUrl: string;
  readonly dataDir: string;
  /** This server was already running, left behind by a process that died. */
  readonly adopted: boolean;
  /** Resolves when the server is gone, whoever ended it. */
  readonly exited: Promise<void>;
  stop(mode?: StopMode): Promise<void>;
}

interface Cluster {
  readonly dir: string;
  readonly dataDir: string;
  readonly log: EngineLog;
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs;
  readonly credentials: Credentials;
}

const startTimeoutMs = 120_000;

/** No PG* variable of the operator's shell may reach the server, and its messages stay in English. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C.UTF-8", TZ: "UTC" };
}

function run(
  cluster: Cluster,
  program: string,
  args: readonly string[],
  output: number,
): ChildProcess {
  const [command = program, ...words] = [...cluster.runAs.prefix, program, ...args];
  return spawn(command, words, {
    ...cluster.runAs.spawnOptions,
    cwd: "/",
    env: serverEnvironment(),
    // A session of its own: Ctrl-C must reach the application first, which then stops the server.
    detached: true,
    stdio: ["ignore", output, output],
  });
}

function tail(file: string): string {
  return existsSync(file)
    ? readFileSync(file, "utf8").trim().split("\n").slice(-15).join("\n")
    : "";
}

/** Runs a program to its end, with its output in `start.log`. */
async function runToEnd(
  cluster: Cluster,
  program: string,
  args: readonly string[],
): Promise<boolean> {
  const output = openSync(join(cluster.dir, "start.log"), "w", 0o600);
  try {
    const child = run(cluster, program, args, output);
    return await new Promise((resolveExit, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolveExit(code === 0));
    });
  } finally {
    closeSync(output);
  }
}

/** Creates the cluster beside its final place and moves it there, so that a data folder is complete or absent. */
async function initialise(cluster: Cluster): Promise<void> {
  const fresh = `${cluster.dataDir}.new`;
  const passwordFile = join(cluster.dir, "initdb-password");
  rmSync(fresh, { recursive: true, force: true });
  writeFileSync(passwordFile, cluster.credentials.admin, { mode: 0o600 });
  handOver(passwordFile, cluster.runAs);
  // pg_trgm and full-text search classify letters by the C library, hence C.UTF-8 there too; C is the last resort.
  try {
    for (const locale of ["C.UTF-8", "en_US.UTF-8", "C"]) {
      const done = await runToEnd(cluster, cluster.binaries.initdb, [
        `--pgdata=${fresh}`,
        "--username=shuke_admin",
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        `--locale=${locale}`,
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        "--no-instructions",
      ]);
      if (done) {
        renameSync(fresh, cluster.dataDir);
        return;
      }
      rmSync(fresh, { recursive: true, force: true });
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
  throw new EngineError(
    `PostgreSQL could not create its data folder:\n${tail(join(cluster.dir, "start.log"))}`,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object"
          ? resolvePort(address.port)
          : reject(new Error("no port")),
      );
    });
  });
}

function writeServerFile(cluster: Cluster, name: string, text: string): void {
  const file = join(cluster.dataDir, name);
  writeFileSync(file, text, { mode: 0o600 });
  handOver(file, cluster.runAs);
}

/** Starts the server and resolves with its process number once it accepts connections; undefined when it ended instead. */
async function launch(cluster: Cluster, port: number): Promise<ChildProcess | undefined> {
  const output = openSync(join(cluster.dir, "start.log"), "w", 0o600);
  const child = run(
    cluster,
    cluster.binaries.postgres,
    ["-D", cluster.dataDir, "-p", String(port)],
    output,
  );
  closeSync(output);
  let ended = false;
  child.once("exit", () => (ended = true));
  child.once("error", () => (ended = true));
  child.unref();
  const ready = (): boolean => {
    const record = readPostmaster(cluster.dataDir);
    return record?.pid === child.pid && record?.ready === true;
  };
  const inTime = await waitUntil(() => ended || ready(), startTimeoutMs);
  if (!inTime && child.pid) await stopPostmaster(child.pid, cluster.dataDir, "immediate");
  return inTime && !ended ? child : undefined;
}

async function launchOnFreePort(
  cluster: Cluster,
  fixedPort: number | undefined,
): Promise<{ child: ChildProcess; port: number }> {
  // Between our probe and the server's bind another program may take the port: then try the next.
  const attempts = fixedPort === undefined ? 5 : 1;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = fixedPort ?? (await freePort());
    const child = await launch(cluster, port);
    if (child) return { child, port };
    if (!tail(join(cluster.dir, "start.log")).includes("could not bind")) break;
  }
  const day = new Date().toLocaleDateString("en", { weekday: "short", timeZone: "UTC" });
  throw new EngineError(
    `PostgreSQL did not start. Its last words:\n${tail(join(cluster.dir, "start.log"))}\n${tail(join(cluster.dataDir, "log", `postgres-${day}.log`))}`,
  );
}

/** Takes over the server a dead process left behind when it is healthy and of our version; ends it otherwise. */
async function adopt(cluster: Cluster): Promise<{ pid: number; port: number } | undefined> {
  if (!existsSync(cluster.dataDir)) return undefined;
  const left = livePostmaster(cluster.dataDir);
  if (!left) {
    await clearDataDir(cluster.dataDir);
    return undefined;
  }
  const ours = runsProgram(left.pid, cluster.binaries.postgres);
  if (ours && left.ready && (await answers(cluster.credentials, left.port))) {
    cluster.log.info(
      { pid: left.pid, port: left.port },
      "postgres left running by an earlier process is adopted",
    );
    return left;
  }
  cluster.log.warn(
    { pid: left.pid, ours, ready: left.ready },
    "postgres left running by an earlier process is stopped",
  );
  await stopPostmaster(left.pid, cluster.dataDir, "fast", 10_000);
  return undefined;
}

async function watchExit(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resume) => setTimeout(resume, 500).unref());
}

function engineOf(
  cluster: Cluster,
  lock: DirLock,
  server: { pid: number; port: number; child?: ChildProcess },
): PostgresEngine {
  const { pid, port, child } = server;
  const { credentials } = cluster;
  const exited = child
    ? new Promise<void>((resolveExit) => child.once("exit", () => resolveExit()))
    : watchExit(pid);
  let stopping: Promise<void> | undefined;
  const stop = async (mode: StopMode): Promise<void> => {
    await stopPostmaster(pid, cluster.dataDir, mode);
    await lock.release();
  };
  return {
    host: "127.0.0.1",
    port,
    pid,
    urls: {
      owner: roleUrl("owner", credentials, port),
      web: roleUrl("web", credentials, port),
      worker: roleUrl("worker", credentials, port),
    },
    adminUrl: roleUrl("admin", credentials, port),
    dataDir: cluster.dataDir,
    adopted: child === undefined,
    exited,
    stop: (mode = "fast") => (stopping ??= stop(mode)),
  };
}

async function prepare(dir: string, log: EngineLog): Promise<Cluster> {
  const binaries = findPostgresBinaries();
  const runAs = chooseRunAs(dir, binaries.postgres);
  const dataDir = join(dir, "data");
  const credentials = loadCredentials(join(dir, "credentials.json"), existsSync(dataDir));
  const cluster: Cluster = { dir, dataDir, log, binaries, runAs, credentials };
  if (!existsSync(dataDir)) {
    log.info({ dir }, "creating the database");
    await initialise(cluster);
  }
  return cluster;
}

async function startLocked(
  options: PostgresOptions,
  dir: string,
  lock: DirLock,
): Promise<PostgresEngine> {
  const cluster = await prepare(dir, options.log);
  const adopted = await adopt(cluster);
  if (adopted) return engineOf(cluster, lock, adopted);

  handOver(cluster.dataDir, cluster.runAs);
  const settings = {
    fsync: options.fsync ?? true,
    sharedBuffersMb: options.sharedBuffersMb ?? defaultSharedBuffersMb(),
    archiving: false,
  };
  writeServerFile(cluster, "postgresql.conf", postgresConf(settings));
  writeServerFile(cluster, "pg_hba.conf", postgresHba);
  const { child, port } = await launchOnFreePort(cluster, options.port);
  const pid = child.pid ?? 0;
  try {
    await bootstrapCluster(cluster.credentials, port);
  } catch (error) {
    await stopPostmaster(pid, cluster.dataDir, "immediate");
    throw error;
  }
  return engineOf(cluster, lock, { pid, port, child });
}

/**
 * Starts the embedded PostgreSQL of a folder (creating it on the first run), or adopts the healthy server that a dead
 * process left there. Throws an EngineError when another process uses the folder or the machine does not allow it.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresEngine> {
  const dir = resolve(options.dir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  const lock = await lockDir(dir, "postgres");
  try {
    return await startLocked(options, dir, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}
