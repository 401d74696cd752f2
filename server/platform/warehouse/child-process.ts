import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { EngineError, type EngineLog } from '../engines/engine-log.ts';

export interface ChildOptions {
  readonly dir: string;
  readonly memoryMb: number;
  readonly port: number;
  readonly password: string;
  readonly log: EngineLog;
}

export interface Child {
  readonly pid: number;
  readonly port: number;
  /** Resolves with the reason once the process is gone. */
  readonly exited: Promise<string>;
  /** Asks it to finish, and kills it when it has not after the grace. */
  stop(graceMs: number): Promise<void>;
}

interface Report {
  readonly ready: boolean;
  readonly port?: number;
  readonly error?: string;
}

/** Native code, a big file to map and perhaps a long recovery: generous, but not for ever. */
const startTimeoutMs = 120_000;

/** Engine work and file reads each hold a thread while they run; Node's default of four is fewer than our sessions. */
const threads = '16';

function launch({ dir, memoryMb, port, password }: ChildOptions): ChildProcess {
  const { PATH = '', HOME = '', LANG = 'C.UTF-8' } = process.env;
  return spawn(
    process.execPath,
    [join(import.meta.dirname, 'child.ts'), `--dir=${dir}`, `--port=${port}`, `--memory-mb=${memoryMb}`],
    {
      // The child ends itself when its standard input closes, so a killed parent leaves no orphan on the folder.
      stdio: ['pipe', 'pipe', 'pipe'],
      // The password travels in the environment, which other accounts cannot read; arguments they can.
      env: {
        PATH,
        HOME,
        LANG,
        TZ: 'UTC',
        UV_THREADPOOL_SIZE: threads,
        SHUKE_WAREHOUSE_PASSWORD: password,
      },
    },
  );
}

function exitReason(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : signal));
  });
}

function firstReport(child: ChildProcess, log: EngineLog): Promise<Report> {
  return new Promise((resolve) => {
    if (!child.stdout || !child.stderr) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"ready":')) resolve(JSON.parse(line) as Report);
      else log.info({ line }, 'warehouse engine');
    });
    createInterface({ input: child.stderr }).on('line', (line) => log.warn({ line }, 'warehouse engine'));
  });
}

/** Starts the engine process and waits until it answers. Throws an EngineError with what it said when it could not. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const running = launch(options);
  // A write to a child that has just died is answered by its exit, not by a crash of ours.
  running.stdin?.on('error', () => {});
  const exited = exitReason(running);
  const timeout = setTimeout(() => running.kill('SIGKILL'), startTimeoutMs);
  const report = await Promise.race([
    firstReport(running, options.log),
    exited.then((reason): Report => ({ ready: false, error: `it ended at once: ${reason}` })),
  ]);
  clearTimeout(timeout);
  const { pid } = running;
  if (!report.ready || report.port === undefined || pid === undefined) {
    await exited;
    throw new EngineError(`The warehouse engine could not start: ${report.error ?? 'no reason given'}`);
  }
  return {
    pid,
    port: report.port,
    exited,
    async stop(graceMs) {
      running.kill('SIGTERM');
      const kill = setTimeout(() => running.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(kill);
    },
  };
}
