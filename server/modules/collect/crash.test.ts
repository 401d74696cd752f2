import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { fromBody } from '#platform/log/body';
import type { ResolvedEvent } from '#platform/log/event';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { newSource, runThrough } from './testing/collect-server.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await openTestDatabase();
});
afterAll(() => t.close());

async function startIngest(): Promise<{ process: ChildProcess; origin: string }> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'testing/ingest-process.ts')], {
    env: {
      PATH: process.env['PATH'],
      SHUKE_DATA: t.services.config.dataDir,
      DATABASE_URL: t.urls.owner,
      DATABASE_URL_WEB: t.urls.web,
      DATABASE_URL_WORKER: t.urls.worker,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { process: child, origin: `http://127.0.0.1:${line.toString().trim()}` };
}

/** Sends until the process dies; tells what was acknowledged and what was sent at all. */
async function load(origin: string, writeKey: string, round: number) {
  const acknowledged: string[] = [];
  const sent: string[] = [];
  const headers = { authorization: `Bearer ${writeKey}`, 'content-type': 'application/json' };
  const client = async (number: number): Promise<void> => {
    for (let k = 0; ; k += 1) {
      const ids = Array.from({ length: number % 2 === 0 ? 1 : 40 }, (_, index) => `r${round}-c${number}-${k}-${index}`);
      const batch = ids.map((messageId) => ({
        type: 'track',
        event: 'Product Viewed',
        userId: `u${number}`,
        messageId,
      }));
      sent.push(...ids);
      try {
        const reply = await fetch(`${origin}/v1/batch`, { method: 'POST', headers, body: JSON.stringify({ batch }) });
        if (!reply.ok) continue;
        acknowledged.push(...ids);
      } catch {
        return; // The process is gone; whether this one arrived nobody knows.
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, number) => client(number)));
  return { acknowledged, sent };
}

test(
  'every acknowledged event is in the log exactly once after the process was killed under load',
  { timeout: 90_000 },
  async () => {
    const { writeKey } = await newSource(t);
    const acknowledged: string[] = [];
    const sent = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const ingest = await startIngest();
      const loading = load(ingest.origin, writeKey, round);
      await sleep(700 + Math.random() * 600);
      ingest.process.kill('SIGKILL');
      const result = await loading;
      acknowledged.push(...result.acknowledged);
      for (const id of result.sent) sent.add(id);
    }
    await runThrough(t);

    const logged = await t.asPipeline(async ({ tx, services }) => {
      const sealer = await services.vaults.forInstallation(tx);
      const rows = await tx.query<{ body: Buffer }>(`select body from log.batches order by n`);
      const bodies = await Promise.all(rows.map(({ body }) => fromBody<ResolvedEvent[]>(sealer, body)));
      return bodies.flat().map(({ messageId }) => messageId);
    });
    const present = new Set(logged);
    expect(acknowledged.length).toBeGreaterThan(500);
    expect(acknowledged.filter((id) => !present.has(id))).toEqual([]);
    expect(logged.length).toBe(present.size);
    expect(logged.filter((id) => !sent.has(id))).toEqual([]);
  },
);
