import { spawn } from 'node:child_process';

import type { Mortal } from './keep-running.ts';
import { waitUntil, isRunning } from './processes.ts';
import { hopelessExitCode, type RoleReport } from './role.ts';

export interface RoleProcess extends Mortal {
  /** Resolves with its port (null without one) once it works; stays open when it dies before. */
  readonly ready: Promise<number | null>;
  /** It ended because a person must change something first. */
  readonly hopeless: () => boolean;
  kill(): void;
}

/** Above the role's own limit, so that it normally ends by itself. */
const stopGraceMs = 27_000;

/** Starts a role as a process of its own, tied to us by a channel whose end tells it that we have died. */
export function startRole(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<RoleProcess> {
  const child = spawn(process.execPath, [...args], {
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ready = Promise.withResolvers<number | null>();
  const exited = Promise.withResolvers<string>();
  child.once('message', (report: RoleReport) => ready.resolve(report.port));
  child.once('exit', (code, signal) => exited.resolve(signal ?? `exit code ${code}`));
  // A message to a child that is just dying is answered by its exit.
  child.on('error', (error) => exited.resolve(error.message));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      const pid = child.pid ?? 0;
      resolve({
        pid,
        ready: ready.promise,
        exited: exited.promise,
        hopeless: () => child.exitCode === hopelessExitCode,
        kill: () => child.kill('SIGKILL'),
        async stop() {
          child.kill('SIGTERM');
          if (!(await waitUntil(() => !isRunning(pid), stopGraceMs))) child.kill('SIGKILL');
          await exited.promise;
        },
      });
    });
  });
}
