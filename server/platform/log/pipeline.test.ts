import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import { fromBody } from '#platform/log/body';
import type { LogEvent, PipelineContext, ResolvedEvent } from '#platform/log/event';
import { collecting, resolveByDigits, silent, startPipeline, testEvent } from '#platform/log/testing';
import type { RunningPipeline } from '#platform/log/testing';
import { openLogWriter } from '#platform/log/writer';
import type { LogWriter } from '#platform/log/writer';
import { emit } from '#platform/outbox';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

let t: TestDatabase;
let writer: LogWriter;
const running: RunningPipeline[] = [];
beforeAll(async () => {
  t = await openTestDatabase();
  writer = openLogWriter({ database: t.database, vaults: t.services.vaults, logger: silent });
  const admin = await t.admin();
  await admin.query(`create table public.effects (subscriber text, message text);
                     grant select, insert on public.effects to shuke_worker`);
  await admin.end();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((pipeline) => pipeline.stop()));
});
afterAll(async () => {
  await writer.close();
  await t.close();
});

const run = (options: Parameters<typeof startPipeline>[1]): RunningPipeline => {
  const pipeline = startPipeline(t, options);
  running.push(pipeline);
  return pipeline;
};
/** Writes one row per event, in the transaction of the position. */
const counting = (name: string, break_: (event: ResolvedEvent) => void = () => undefined) => ({
  name,
  events: '*' as const,
  async handle({ tx }: PipelineContext, events: readonly ResolvedEvent[]) {
    await tx.execute(`insert into public.effects select $1, * from unnest($2::text[])`, [
      name,
      events.map(({ messageId }) => messageId),
    ]);
    for (const event of events) break_(event);
  },
});
const effects = (subscriber: string) =>
  t.asPipeline(async ({ tx }) => {
    const rows = await tx.query<{ message: string }>(`select message from public.effects where subscriber = $1`, [
      subscriber,
    ]);
    return rows.map(({ message }) => message).toSorted();
  });
const ids = (events: readonly LogEvent[]) => events.map(({ messageId }) => messageId).toSorted();
const letters = (subscriber: string) =>
  t.asPipeline(({ tx }) =>
    tx.query<{ message_id: string; reason: string; attempts: number; replayed_at: Date | null; tenant_id: number }>(
      `select message_id, reason, attempts, replayed_at, tenant_id from log.dead_letters where subscriber = $1 order by message_id`,
      [subscriber],
    ),
  );
const logged = () =>
  t.asPipeline(async ({ tx, services }) => {
    const sealer = await services.vaults.forInstallation(tx);
    const rows = await tx.query<{ n: number; body: Buffer }>(`select n, body from log.batches order by n`);
    const bodies = await Promise.all(rows.map(({ body }) => fromBody<ResolvedEvent[]>(sealer, body)));
    return { numbers: rows.map(({ n }) => n), events: bodies.flat() };
  });

test('behaviour and business facts reach the subscriptions that want them, with their customer', async () => {
  const all = collecting('all');
  const paid = collecting('paid', ['Order Paid']);
  const pipeline = run({ subscriptions: [all, paid] });
  const viewed = testEvent({ identifiers: [{ kind: 'member_no', scope: '', value: 'u41' }] });
  await writer.append([viewed]);
  await t.asStaff((ctx) =>
    emit(ctx, [
      {
        tenantId: 1,
        name: 'Order Paid',
        messageId: 'order-paid:1',
        occurredAt: new Date(),
        customerId: 42,
        properties: { amount_fen: 100 },
      },
    ]),
  );
  await pipeline.drained();

  expect(new Map(all.got.map(({ name, resolvedCustomerId }) => [name, resolvedCustomerId]))).toEqual(
    new Map([
      ['Order Paid', 42],
      ['Product Viewed', 42],
    ]),
  );
  expect(paid.got).toMatchObject([
    { name: 'Order Paid', sourceId: 0, properties: { amount_fen: 100 }, originCustomerId: 42 },
  ]);
});

test('the log holds every event once, in densely numbered batches', async () => {
  const pipeline = run({ maxBatchEvents: 100 });
  const events = Array.from({ length: 950 }, () => testEvent());
  for (let from = 0; from < events.length; from += 50) await writer.append(events.slice(from, from + 50));
  await pipeline.drained();

  const { numbers, events: all } = await logged();
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  const wanted = new Set(ids(events));
  expect(ids(all).filter((id) => wanted.has(id))).toEqual(ids(events));
});

test('a message repeated within a request, across requests or across processes counts once', async () => {
  const pipeline = run({ subscriptions: [counting('dedupe')] });
  const other = openLogWriter({ database: t.database, vaults: t.services.vaults, logger: silent });
  const event = testEvent();
  await writer.append([event, event]);
  await other.append([event]);
  await pipeline.drained();
  await writer.append([event, testEvent({ messageId: event.messageId, sourceId: 8 })]);
  await other.append([testEvent({ messageId: event.messageId, tenantId: 2 })]);
  await pipeline.drained();
  await other.close();

  // Another source and another tenant have messages of their own.
  expect(await effects('dedupe')).toEqual([event.messageId, event.messageId, event.messageId]);
});

test('a repetition in the next week still counts once', async () => {
  const event = testEvent();
  const pipeline = run({ subscriptions: [counting('week')] });
  await writer.append([event]);
  await pipeline.drained();
  const admin = await t.admin();
  await admin.query(`update log.seen set period_on = period_on - 7 where lane > 0`);
  await admin.end();
  await writer.append([event]);
  await pipeline.drained();

  expect(await effects('week')).toEqual([event.messageId]);
});

test('a range read again after the position was set back is no repetition', async () => {
  const events = [testEvent(), testEvent()];
  await writer.append(events);
  const pipeline = run({ subscriptions: [counting('first-read')] });
  await pipeline.drained();
  await pipeline.stop();
  const admin = await t.admin();
  await admin.query(`update log.pipeline set lanes = '{}'`);
  await admin.end();
  const again = run({ subscriptions: [counting('second-read')] });
  await again.drained();

  expect(await effects('second-read')).toEqual(expect.arrayContaining(ids(events)));
});

test('one event a subscription cannot take is set aside; all others and all other subscriptions go on', async () => {
  const poison = testEvent({ name: 'Poison' });
  const good = Array.from({ length: 300 }, () => testEvent());
  const picky = counting('picky', ({ name }) => {
    if (name === 'Poison') throw new Error('cannot swallow this');
  });
  const pipeline = run({ subscriptions: [picky, counting('easy')] });
  await writer.append([...good.slice(0, 150), poison, ...good.slice(150)]);
  await pipeline.drained();

  expect(await effects('picky')).toEqual(ids(good));
  expect(await effects('easy')).toEqual(ids([...good, poison]));
  expect(await letters('picky')).toMatchObject([{ message_id: poison.messageId, reason: 'Error', tenant_id: 1 }]);
});

test('a dead letter is replayed to its subscription alone, once it can take it', async () => {
  let healed = false;
  const sick = counting('sick', () => {
    if (!healed) throw new RangeError('still sick');
  });
  const pipeline = run({ subscriptions: [sick, counting('healthy')] });
  const event = testEvent();
  await writer.append([event]);
  await pipeline.drained();
  const request = () =>
    t.asStaff(({ tx }) =>
      tx.execute(`update log.dead_letters set replay_requested_at = now() where message_id = $1`, [event.messageId]),
    );
  await request();
  await expect
    .poll(() => letters('sick'), { timeout: 5_000 })
    .toMatchObject([{ attempts: 2, replayed_at: null, reason: 'RangeError' }]);
  healed = true;
  await request();
  await expect
    .poll(() => letters('sick'), { timeout: 5_000 })
    .toMatchObject([{ attempts: 3, replayed_at: expect.any(Date) }]);

  expect(await effects('sick')).toEqual([event.messageId]);
  expect(await effects('healthy')).toEqual([event.messageId]);
});

test('an event whose customer cannot be found out waits as a dead letter and enters the log on replay', async () => {
  let known = false;
  const event = testEvent({ name: 'Riddle' });
  const pipeline = run({
    subscriptions: [counting('riddle')],
    resolve: async (ctx, events) => {
      if (!known && events.some(({ name }) => name === 'Riddle')) throw new Error('who is this?');
      return resolveByDigits(ctx, events);
    },
  });
  const plain = testEvent();
  await writer.append([event, plain]);
  await pipeline.drained();
  expect(await effects('riddle')).toEqual([plain.messageId]);
  known = true;
  await t.asStaff(({ tx }) =>
    tx.execute(`update log.dead_letters set replay_requested_at = now() where subscriber = 'identity'`),
  );
  await expect.poll(() => effects('riddle'), { timeout: 5_000 }).toEqual(ids([event, plain]));

  expect(ids((await logged()).events)).toContain(event.messageId);
});

test('staff see the dead letters of their own tenant only', async () => {
  const seen = await t.asStaff(({ tx }) => tx.query(`select * from log.dead_letters`), { tenantId: t.otherTenantId });
  expect(seen).toEqual([]);
  expect(await t.asStaff(({ tx }) => tx.query(`select * from log.dead_letters`))).not.toEqual([]);
});

test('a crash in the middle of a batch repeats the batch: every effect once', async () => {
  let crashes = 3;
  const fragile = counting('fragile', () => {
    crashes -= 1;
    if (crashes >= 0) throw Object.assign(new Error('Connection terminated unexpectedly'), { code: '57P01' });
  });
  const pipeline = run({ subscriptions: [counting('before-fragile'), fragile] });
  const events = Array.from({ length: 20 }, () => testEvent());
  await writer.append(events);
  await pipeline.drained();

  expect(await effects('before-fragile')).toEqual(ids(events));
  expect(await effects('fragile')).toEqual(ids(events));
});

test('connections cut at random moments under load lose and double nothing', async () => {
  const pipeline = run({ subscriptions: [counting('cut')], maxBatchEvents: 50 });
  const events = Array.from({ length: 1_500 }, () => testEvent());
  const admin = await t.admin();
  const cut = setInterval(() => {
    admin
      .query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where usename = 'shuke_worker' and datname = current_database() and random() < 0.5`,
      )
      .catch(() => undefined);
  }, 60);
  for (let from = 0; from < events.length; from += 10) await writer.append(events.slice(from, from + 10));
  clearInterval(cut);
  await expect
    .poll(
      () =>
        pipeline.drained().then(
          () => 'drained',
          () => 'cut',
        ),
      { timeout: 20_000 },
    )
    .toBe('drained');
  await admin.end();

  expect(await effects('cut')).toEqual(ids(events));
});

test('of several pipelines one works, and another takes over when it stops', async () => {
  const first = startPipeline(t, { subscriptions: [counting('pair')] });
  const second = run({ subscriptions: [counting('pair')] });
  const events = Array.from({ length: 200 }, () => testEvent());
  for (const event of events.slice(0, 100)) await writer.append([event]);
  await first.drained();
  await first.stop();
  for (const event of events.slice(100)) await writer.append([event]);
  await second.drained();

  expect(await effects('pair')).toEqual(ids(events));
});

test('facts announced by a subscription come back as events of a later batch', async () => {
  const greeted = collecting('greeted', ['Customer Greeted']);
  const greeter = {
    name: 'greeter',
    events: ['Store Visited'],
    async handle(ctx: PipelineContext, events: readonly ResolvedEvent[]) {
      await emit(
        ctx,
        events.map(({ tenantId, messageId, resolvedCustomerId }) => ({
          tenantId,
          name: 'Customer Greeted',
          messageId: `greeted:${messageId}`,
          occurredAt: ctx.now,
          customerId: resolvedCustomerId,
          properties: {},
        })),
      );
    },
  };
  run({ subscriptions: [greeter, greeted] });
  await writer.append([testEvent({ name: 'Store Visited' })]);
  await expect.poll(() => greeted.got.length, { timeout: 5_000 }).toBe(1);
});

test('the pipeline refuses to start on a position of another cluster', async () => {
  const admin = await t.admin();
  const { rows } = await admin.query<{ snapshot: string }>(`select snapshot::text from log.pipeline`);
  await admin.query(`update log.pipeline set snapshot = '999999999999:999999999999:'`);
  const all = collecting('foreign');
  run({ subscriptions: [all] });
  await writer.append([testEvent()]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(all.got).toEqual([]);
  await admin.query(`update log.pipeline set snapshot = $1`, [rows[0]?.snapshot]);
  await admin.end();
  await t.database.work({ tenantId: null, scope: everyStore }, (tx) => tx.query('select 1'));
});
