import { readdir, readFile, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

import { startProduct } from '../e2e/support/product.ts';
import type { Figure } from '../server/cli/bench.ts';

/** How long the product is left alone before its memory counts. */
const idleMs = 20_000;

/**
 * `shuke start` on a folder that was started once before: seconds until the address answers, and the memory of all its processes when
 * nobody uses it. `--folder=…` measures an existing folder, the default is a new one with the demo brand.
 */
export async function* run(args: readonly string[]): AsyncGenerator<Figure> {
  const given = args.find((arg) => arg.startsWith('--folder='))?.slice('--folder='.length);
  const first = await startProduct(given, { keep: true });
  const { dataDir } = first;
  try {
    await pause(idleMs);
    await first.stop();
    const product = await startProduct(dataDir);
    try {
      yield {
        name: 'start_seconds',
        value: product.startMs / 1_000,
        unit: 's',
        context: `demo brand, second start, until /health/ready answers, ${cpus().length} cores`,
      };
      await pause(idleMs);
      const processes = await familyOf(product.pid);
      const pssKb = await Promise.all(processes.map(pssKbOf));
      yield {
        name: 'idle_pss_mb',
        value: Math.round(pssKb.reduce((sum, kb) => sum + kb, 0) / 1_024),
        unit: 'MB',
        context: `${processes.length} processes with PostgreSQL and ClickHouse, ${idleMs / 1_000} s after the start`,
      };
    } finally {
      await product.stop();
    }
  } finally {
    if (given === undefined) await rm(dataDir, { recursive: true, force: true });
  }
}

/** A process and everything it started, directly or not. */
async function familyOf(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
    // The name in brackets may hold spaces; the parent is the second field after it.
    const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const family = [pid];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family;
}

/** Memory of a process in kB, shared pages divided among their users; 0 when it has ended meanwhile. */
async function pssKbOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0);
}
