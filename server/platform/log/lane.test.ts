import { afterAll, beforeAll, expect, test } from 'vitest';

import { openLane } from '#platform/log/lane';
import { silent } from '#platform/log/testing';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

let t: TestDatabase;
beforeAll(async () => {
  t = await openTestDatabase();
});
afterAll(() => t.close());

const group = (text: string) => ({ body: Buffer.from(text), events: 1, jsonBytes: text.length });
const soon = () => performance.now() + 5_000;
const rows = () =>
  t.asPipeline(({ tx }) =>
    tx.query<{ lane: number; seq: number; end_bytes: number; body: Buffer }>(
      `select lane, seq, end_bytes, body from log.lanes order by lane, seq`,
    ),
  );
const laneOf = async (text: string) => (await rows()).find(({ body }) => body.toString() === text);

test('numbers are dense and a lane given back is taken again where it ended', async () => {
  const first = openLane(t.urls.worker, silent);
  for (const text of ['a1', 'a2', 'a3']) await first.commit(group(text), soon());
  await first.close();
  const second = openLane(t.urls.worker, silent);
  await second.commit(group('a4'), soon());
  await second.close();

  const written = await rows();
  expect(written.map(({ lane, seq, body }) => [lane, seq, body.toString()])).toEqual([
    [1, 1, 'a1'],
    [1, 2, 'a2'],
    [1, 3, 'a3'],
    [1, 4, 'a4'],
  ]);
  expect(written.at(-1)?.end_bytes).toBe(8);
});

test('two processes never write the same lane', async () => {
  const one = openLane(t.urls.worker, silent);
  const two = openLane(t.urls.worker, silent);
  await Promise.all([one.commit(group('b1'), soon()), two.commit(group('b2'), soon())]);

  expect((await laneOf('b1'))?.lane).not.toBe((await laneOf('b2'))?.lane);
  await Promise.all([one.close(), two.close()]);
});

test('a process that fell silent and lost its lane goes on in another one', async () => {
  const slow = openLane(t.urls.worker, silent);
  await slow.commit(group('c1'), soon());
  const taken = (await laneOf('c1'))?.lane;
  await t.asPipeline(({ tx }) =>
    tx.execute(`update log.lane_leases set expires_at = clock_timestamp() - interval '1 s' where lane = $1`, [taken]),
  );
  const heir = openLane(t.urls.worker, silent);
  for (const text of ['c2', 'c3', 'c4']) await heir.commit(group(text), soon());
  await slow.commit(group('c5'), soon());

  expect((await laneOf('c2'))?.lane).toBe((await laneOf('c4'))?.lane);
  expect((await laneOf('c5'))?.lane).not.toBe((await laneOf('c4'))?.lane);
  await Promise.all([slow.close(), heir.close()]);
});

test('a commit survives the loss of its connection and keeps the lane', async () => {
  const lane = openLane(t.urls.worker, silent);
  await lane.commit(group('d1'), soon());
  const admin = await t.admin();
  await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'shuke-log' and datname = current_database()`,
  );
  await admin.end();
  await lane.commit(group('d2'), soon());

  const [before, after] = [await laneOf('d1'), await laneOf('d2')];
  expect([after?.lane, after?.seq]).toEqual([before?.lane, (before?.seq ?? 0) + 1]);
  await lane.close();
});

test('without a database a commit is refused after its deadline, never silently dropped', async () => {
  const lane = openLane('postgres://nobody@127.0.0.1:9/none', silent);
  await expect(lane.commit(group('e1'), performance.now() + 300)).rejects.toMatchObject({
    code: 'log_unreachable',
    status: 503,
  });
  await lane.close();
});
