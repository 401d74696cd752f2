import { afterAll, beforeAll, expect, test } from 'vitest';

import { fromBody } from '#platform/log/body';
import type { LogEvent } from '#platform/log/event';
import { silent, startPipeline, testEvent } from '#platform/log/testing';
import { openLogWriter } from '#platform/log/writer';
import type { IntakeLimits } from '#platform/log/writer';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

let t: TestDatabase;
beforeAll(async () => {
  t = await openTestDatabase();
});
afterAll(() => t.close());

const open = (limits: Partial<IntakeLimits> = {}) =>
  openLogWriter({ database: t.database, vaults: t.services.vaults, logger: silent, limits });
const commits = () =>
  t.asPipeline(async ({ tx, services }) => {
    const sealer = await services.vaults.forInstallation(tx);
    const rows = await tx.query<{ n: number; body: Buffer }>(`select n, body from log.lanes order by lane, seq`);
    return Promise.all(
      rows.map(async ({ n, body }) => ({ n, body, events: await fromBody<LogEvent[]>(sealer, body) })),
    );
  });

test('an appended event is on disk, sealed, when the append resolves', async () => {
  const writer = open();
  const event = testEvent({ identifiers: [{ kind: 'phone', scope: '', value: '+8613912345678' }] });
  await writer.append([event]);

  const written = await commits();
  expect(written.at(-1)?.events).toEqual([event]);
  expect(written.at(-1)?.body.includes('13912345678')).toBe(false);
  await writer.close();
});

test('small requests share commits and every event keeps its order within the request', async () => {
  const writer = open();
  const requests = Array.from({ length: 200 }, () => [testEvent(), testEvent(), testEvent()]);
  const before = (await commits()).length;
  await Promise.all(requests.map((events) => writer.append(events)));
  const written = (await commits()).slice(before);

  expect(written.length).toBeLessThan(100);
  expect(written.flatMap(({ events }) => events)).toEqual(requests.flat());
  await writer.close();
});

test('more events than a commit takes are cut into several', async () => {
  const writer = open();
  const before = (await commits()).length;
  await writer.append(Array.from({ length: 6_000 }, () => testEvent()));

  const sizes = (await commits()).slice(before).map(({ n }) => n);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2_500);
  expect(sizes.reduce((sum, n) => sum + n, 0)).toBe(6_000);
  await writer.close();
});

test('a full queue refuses at once with a time to come back, and takes events again afterwards', async () => {
  const writer = open({ maxQueuedEvents: 10 });
  const first = writer.append(Array.from({ length: 10 }, () => testEvent()));
  await expect(writer.append([testEvent()])).rejects.toMatchObject({
    code: 'log_overloaded',
    status: 503,
    details: { retryAfterS: 1 },
  });
  await first;
  await writer.append([testEvent()]);
  await writer.close();
});

test('intake closes while the pipeline is too far behind and opens by itself when it has caught up', async () => {
  const writer = open({ maxLagBytes: 1, lagEveryMs: 20 });
  await writer.append([testEvent()]);
  await expect
    .poll(() =>
      writer.append([testEvent()]).then(
        () => 'taken',
        (error: { code: string }) => error.code,
      ),
    )
    .toBe('log_overloaded');
  const pipeline = startPipeline(t);
  await pipeline.drained();
  await expect
    .poll(() =>
      writer.append([testEvent()]).then(
        () => 'taken',
        (error: { code: string }) => error.code,
      ),
    )
    .toBe('taken');
  await writer.close();
  await pipeline.drained();
  await pipeline.stop();
});

test('closing commits what is queued', async () => {
  const writer = open();
  const event = testEvent();
  const appended = writer.append([event]);
  await writer.close();
  await appended;
  expect((await commits()).at(-1)?.events).toEqual([event]);
  await expect(writer.append([testEvent()])).rejects.toMatchObject({ code: 'log_unreachable' });
});
