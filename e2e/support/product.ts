import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const repository = resolve(import.meta.dirname, '../..');
const startWithinMs = 300_000;
const stopWithinMs = 30_000;

/** The demo brand's administrator in what the tests found. */
export const administrator = { login: 'admin@demo.shuke', password: 'ferry-lantern-53-maple' } as const;

/** What makes it so. */
export const demoEnvironment = { SHUKE_DEMO_PASSWORD: administrator.password } as const;

export interface RunningProduct {
  readonly origin: string;
  readonly dataDir: string;
  readonly pid: number;
  /** Milliseconds from the start of the process until it said it is ready. */
  readonly startMs: number;
  readonly stop: () => Promise<void>;
}

/** Front ends that have no build yet. */
export function unbuiltFrontEnds(): string[] {
  return ['console/dist', 'workbench/dist', 'mall/dist/h5'].filter(
    (dist) => !existsSync(resolve(repository, dist, 'index.html')),
  );
}

/** Runs `shuke start` on a folder and a free port until it is ready. A new folder goes when the product stops, unless it is kept. */
export async function startProduct(folder?: string, { keep = false } = {}): Promise<RunningProduct> {
  const dataDir = folder ?? (await mkdtemp(join(tmpdir(), 'shuke-e2e-')));
  const { HOME, PATH, LANG, TMPDIR } = process.env;
  const beganAt = performance.now();
  const child = spawn(process.execPath, [resolve(repository, 'server/main.ts'), 'start'], {
    cwd: repository,
    env: { HOME, PATH, LANG, TMPDIR, PORT: '0', SHUKE_DATA: dataDir, SHUKE_SANDBOX: 'on', ...demoEnvironment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (chunk: Buffer) => {
    said += chunk.toString();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const ended = await Promise.race([exited.then(() => true), pause(stopWithinMs, false, { ref: false })]);
      if (!ended) child.kill('SIGKILL');
    }
    if (folder === undefined && !keep) await rm(dataDir, { recursive: true, force: true });
  };
  for (;;) {
    const port = /console\s+http:\/\/[^:/\s]+:(\d+)\/console\//.exec(said)?.[1];
    const origin = `http://127.0.0.1:${port}`;
    if (port !== undefined && (await isReady(origin)))
      return { origin, dataDir, pid: child.pid ?? 0, startMs: performance.now() - beganAt, stop };
    if (child.exitCode !== null || performance.now() - beganAt > startWithinMs) {
      await stop();
      throw new Error(`the product did not start:\n${said}`);
    }
    await pause(50);
  }
}

async function isReady(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/health/ready`)).ok;
  } catch {
    return false; // Not listening yet.
  }
}
