import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import { readLag } from '#platform/log/lag';
import { silent, testEvent } from '#platform/log/testing';
import { openLogWriter } from '#platform/log/writer';
import { emit } from '#platform/outbox';
import { openTestDatabase } from '#testing/database';

test(
  'every event has its effects exactly once, however often the pipeline is killed',
  { timeout: 90_000 },
  async () => {
    const t = await openTestDatabase();
    const admin = await t.admin();
    await admin.query(
      `create table public.effects (message text); grant select, insert on public.effects to shuke_worker`,
    );
    const writer = openLogWriter({ database: t.database, vaults: t.services.vaults, logger: silent });
    const start = () =>
      spawn(process.execPath, [resolve(import.meta.dirname, 'testing-pipeline-process.ts')], {
        env: {
          PATH: process.env['PATH'],
          SHUKE_DATA: t.services.config.dataDir,
          DATABASE_URL: t.urls.owner,
          DATABASE_URL_WEB: t.urls.web,
          DATABASE_URL_WORKER: t.urls.worker,
        },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    const sent: string[] = [];
    const lag = () => t.database.work({ tenantId: null, scope: everyStore }, readLag);
    const unread = async () => {
      const { lanes, outbox } = await lag();
      return lanes.commits + outbox.facts;
    };
    const feed = async (): Promise<void> => {
      for (let k = 0; k < 200; k += 1) {
        const events = Array.from({ length: 50 }, () => testEvent());
        await writer.append(events);
        const facts = Array.from({ length: 5 }, (_, index) => ({
          tenantId: 1,
          name: 'Order Paid',
          messageId: `paid:${k}-${index}`,
          occurredAt: new Date(),
          customerId: 1,
          properties: {},
        }));
        await t.asStaff((ctx) => emit(ctx, facts));
        if (k % 10 === 0) await sleep(40);
        sent.push(...events.map(({ messageId }) => messageId), ...facts.map(({ messageId }) => messageId));
      }
    };
    const feeding = feed();
    for (let kills = 0; kills < 5; kills += 1) {
      const child = start();
      await once(child.stdout, 'data');
      await sleep(Math.random() * 150);
      child.kill('SIGKILL');
    }
    await feeding;
    const half = await admin.query<{ n: number }>(`select count(*)::int as n from public.effects`);
    const last = start();
    last.stdout.resume();
    await expect.poll(unread, { timeout: 30_000 }).toBe(0);
    last.kill('SIGKILL');

    const { rows } = await admin.query<{ message: string }>(`select message from public.effects`);
    await admin.end();
    await writer.close();
    await t.close();
    expect(half.rows[0]?.n).toBeGreaterThan(0);
    expect(rows.length).toBe(sent.length);
    expect(new Set(rows.map(({ message }) => message))).toEqual(new Set(sent));
  },
);
