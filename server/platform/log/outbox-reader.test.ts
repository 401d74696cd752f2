import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import { assertOwnSnapshot, deleteReadFacts, readOutbox } from '#platform/log/outbox-reader';
import type { OutboxPosition } from '#platform/log/outbox-reader';
import { emit } from '#platform/outbox';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

let t: TestDatabase;
beforeAll(async () => {
  t = await openTestDatabase();
});
afterAll(() => t.close());

const everyTenant = { tenantId: null, scope: everyStore } as const;
const start: OutboxPosition = { snapshot: '1:1:', backlog: null };
const read = (position: OutboxPosition, limit = 500) =>
  t.database.work(everyTenant, async (tx) =>
    readOutbox(tx, await t.services.vaults.forInstallation(tx), position, limit),
  );
const announce = (names: readonly string[]) =>
  t.asSystem((ctx) =>
    emit(
      ctx,
      names.map((name) => ({
        tenantId: t.tenantId,
        name: 'Order Paid',
        messageId: name,
        occurredAt: new Date(),
        properties: {},
      })),
    ),
  );
/** Reads to the end, `limit` facts at a time. */
async function readAll(from: OutboxPosition, limit: number) {
  const names: string[] = [];
  let position = from;
  for (let looks = 0; ; looks += 1) {
    const { facts, position: next } = await read(position, limit);
    names.push(...facts.map(({ event }) => event.messageId));
    position = next;
    if (facts.length === 0 && position.backlog === null) return { names, position, looks };
  }
}

test('a backlog larger than one look is read once and completely, while more is announced', async () => {
  const names = Array.from({ length: 1_003 }, (_, index) => `backlog-${index}`);
  for (let from = 0; from < names.length; from += 90) await announce(names.slice(from, from + 90));
  const first = await read(start, 100);
  expect(first.position.backlog).not.toBeNull();
  await announce(['late-1', 'late-2']);

  const rest = await readAll(first.position, 100);
  const all = [...first.facts.map(({ event }) => event.messageId), ...rest.names];
  expect(all).toEqual([...names, 'late-1', 'late-2']);
});

test('a backlog is read whole across transaction numbers of different length', async () => {
  const { position: from } = await readAll(start, 500);
  const admin = await t.admin();
  const [now] = (await admin.query<{ xid: string }>(`select pg_current_xact_id()::text as xid`)).rows;
  const missing = 10 ** String(now?.xid).length - Number(now?.xid) - 60;
  await admin.query(`do $$ begin for k in 1..${missing} loop perform pg_current_xact_id(); commit; end loop; end $$`);
  await admin.end();
  const names = Array.from({ length: 150 }, (_, index) => `digits-${index}`);
  for (const name of names) await announce([name]);

  expect((await readAll(from, 20)).names).toEqual(names);
});

test('a fact carries its tenant, source 0 and identifiers opened again', async () => {
  const { position } = await readAll(start, 500);
  const identifiers = [{ kind: 'phone', scope: '', value: '+8613912345678' }];
  await t.asStaff((ctx) =>
    emit(ctx, [
      {
        tenantId: t.tenantId,
        name: 'Call Ended',
        messageId: 'call:1',
        occurredAt: new Date(1_000),
        identifiers,
        properties: { duration_ms: 5 },
      },
    ]),
  );
  const { facts } = await read(position);
  expect(facts.map(({ event }) => event)).toEqual([
    {
      tenantId: t.tenantId,
      sourceId: 0,
      messageId: 'call:1',
      name: 'Call Ended',
      type: 'track',
      occurredAt: 1_000,
      receivedAt: expect.any(Number),
      identifiers,
      properties: { duration_ms: 5 },
    },
  ]);
});

test('facts that every position has passed are deleted, unread ones never', async () => {
  const { position } = await readAll(start, 500);
  await t.asPipeline(({ tx }) => tx.execute(`update log.pipeline set snapshot = $1`, [position.snapshot]));
  await announce(['unread']);
  await t.asPipeline(({ tx }) => deleteReadFacts(tx, 0));

  const left = await t.asPipeline(({ tx }) => tx.query<{ body: Buffer }>(`select body from log.outbox`));
  expect(left.map(({ body }) => (JSON.parse(body.toString()) as { messageId: string }).messageId)).toEqual(['unread']);
});

test('a position from another cluster is refused', async () => {
  await t.asPipeline(async ({ tx }) => {
    await assertOwnSnapshot(tx, start);
    const future: OutboxPosition = { snapshot: '999999999:999999999:', backlog: null };
    await expect(assertOwnSnapshot(tx, future)).rejects.toMatchObject({ code: 'snapshot_from_another_cluster' });
  });
});

test('the look-up behind the last snapshot uses the index, under the role that runs it', async () => {
  const plan = await t.asPipeline(async ({ tx }) => {
    await tx.query(`set local enable_seqscan = off`);
    return tx.query<{ 'QUERY PLAN': string }>(
      `explain select xid, id from log.outbox where xid >= pg_snapshot_xmin('100:100:'::pg_snapshot)
        and not pg_visible_in_snapshot(xid, '100:100:'::pg_snapshot) order by xid, id limit 10`,
    );
  });
  expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Cond: \(xid >=/);
});

/**
 * The provocation: writers take their transaction number early or late, sleep, roll back. Ids and transaction numbers then commit
 * in another order than they count, and a reader that remembers a number loses rows; in the same run it must be seen to.
 */
test(
  'no fact is lost or doubled, however transactions overlap; a reader by id loses some',
  { timeout: 60_000 },
  async () => {
    const { position: from } = await readAll(start, 500);
    const pool = new pg.Pool({ connectionString: t.urls.worker, max: 24 });
    const acknowledged = new Set<string>();
    const writing = new AbortController();
    const write = async (writer: number): Promise<void> => {
      for (let k = 0; !writing.signal.aborted; k += 1) {
        const client = await pool.connect();
        const name = `provoked-${writer}-${k}`;
        const late = Math.random();
        try {
          await client.query('begin');
          if (Math.random() < 0.5) await client.query('select pg_current_xact_id()');
          if (late < 0.05) await sleep(Math.random() * 40);
          await client.query(`insert into log.outbox (tenant_id, body) values (1, $1)`, [
            Buffer.from(JSON.stringify({ messageId: name })),
          ]);
          if (late > 0.9) await sleep(Math.random() * 60);
          if (late > 0.999) await sleep(1_000);
          const keep = Math.random() >= 0.05;
          await client.query(keep ? 'commit' : 'rollback');
          if (keep) acknowledged.add(name);
        } finally {
          client.release();
        }
      }
    };
    const seen: string[] = [];
    const seenById = new Set<string>();
    let reading = true;
    const readBySnapshot = async (): Promise<void> => {
      let position = from;
      for (;;) {
        const last = !reading;
        const { facts, position: next } = await read(position, 12);
        seen.push(...facts.map(({ event }) => event.messageId));
        position = next;
        if (last && facts.length === 0 && next.backlog === null) return;
        if (facts.length === 0) await sleep(5);
      }
    };
    const readById = async (): Promise<void> => {
      let id = 0;
      for (;;) {
        const last = !reading;
        const rows = await t.database.work(everyTenant, (tx) =>
          tx.query<{ id: number; body: Buffer }>(
            `select id, body from log.outbox where id > $1 order by id limit 500`,
            [id],
          ),
        );
        for (const { body } of rows) seenById.add((JSON.parse(body.toString()) as { messageId: string }).messageId);
        id = rows.at(-1)?.id ?? id;
        if (last && rows.length === 0) return;
        if (rows.length === 0) await sleep(5);
      }
    };
    const readers = [readBySnapshot(), readById()];
    const writers = Array.from({ length: 24 }, (_, writer) => write(writer));
    await sleep(8_000);
    writing.abort();
    await Promise.all(writers);
    reading = false;
    await Promise.all(readers);
    await pool.end();

    const unique = new Set(seen);
    expect(acknowledged.size).toBeGreaterThan(2_000);
    expect([...acknowledged].filter((name) => !unique.has(name))).toEqual([]);
    expect([...unique].filter((name) => name.startsWith('provoked') && !acknowledged.has(name))).toEqual([]);
    expect(seen.length).toBe(unique.size);
    expect([...acknowledged].filter((name) => !seenById.has(name)).length).toBeGreaterThan(0);
  },
);
