import { readFile, writeFile } from 'node:fs/promises';

import { afterAll, beforeEach, expect, test } from 'vitest';

import { archiveLog, archiveTenant } from '#platform/log/archive';
import type { Manifest } from '#platform/log/archive';
import { openSealer } from '#platform/log/body';
import { addDeadLetters } from '#platform/log/dead-letters';
import { readBatches } from '#platform/log/log-reader';
import { moveLogToPast, silent, startPipeline, testEvent } from '#platform/log/testing';
import { openLogWriter } from '#platform/log/writer';
import type { LogWriter } from '#platform/log/writer';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

let t: TestDatabase;
let writer: LogWriter;
beforeEach(async () => {
  await writer?.close();
  await t?.close();
  t = await openTestDatabase();
  writer = openLogWriter({ database: t.database, vaults: t.services.vaults, logger: silent });
});
afterAll(async () => {
  await writer.close();
  await t.close();
});

const happen = async (count: number): Promise<string[]> => {
  const pipeline = startPipeline(t, { maxBatchEvents: 20 });
  const events = Array.from({ length: count }, () => testEvent());
  for (let from = 0; from < count; from += 20) await writer.append(events.slice(from, from + 20));
  await pipeline.drained();
  await pipeline.stop();
  return events.map(({ messageId }) => messageId);
};
const archive = (services = t.services) =>
  archiveLog({ database: t.database, services, logger: silent, signal: new AbortController().signal });
const messagesOfLog = async () => {
  const [row] = await t.asPipeline(({ tx }) => tx.query<{ batch: number }>(`select batch from log.pipeline`));
  const sealer = await openSealer(t.database, t.services.vaults)();
  const messages: string[] = [];
  for await (const { events } of readBatches(
    { database: t.database, services: t.services, sealer },
    { after: 0, upTo: row?.batch ?? 0 },
  )) {
    messages.push(...events.map(({ messageId }) => messageId));
  }
  return messages;
};
const tables = async (like: string) => {
  const rows = await t.asPipeline(({ tx }) =>
    tx.query<{ name: string }>(
      `select relname as name from pg_class where relkind = 'r' and relname like $1 order by 1`,
      [like],
    ),
  );
  return rows.map(({ name }) => name);
};

test('an old day leaves the database whole, and the log still reads from the first batch to the last', async () => {
  const old = await happen(200);
  await moveLogToPast(t, 10);
  const recent = await happen(60);
  const before = (await tables('batches_%')).length;
  const report = await archive();

  expect(report.archived).toHaveLength(1);
  expect((await tables('batches_%')).length).toBe(before - 1);
  expect(new Set(report.dropped.map((name) => name.split('_')[0]))).toEqual(new Set(['log.batches', 'log.lanes']));
  expect((await messagesOfLog()).toSorted()).toEqual([...old, ...recent].toSorted());
});

test('the manifest says what the segment holds', async () => {
  await happen(100);
  await moveLogToPast(t, 10);
  await archive();
  const [row] = await t.asPipeline(({ tx }) =>
    tx.query<{ manifest: string; segment: string }>(
      `select manifest_file_id as manifest, segment_file_id as segment from log.archives`,
    ),
  );
  const manifest = JSON.parse(
    await readFile(t.services.files.pathOf(archiveTenant, row?.manifest ?? ''), 'utf8'),
  ) as Manifest;
  const segment = await readFile(t.services.files.pathOf(archiveTenant, row?.segment ?? ''));
  expect(manifest).toMatchObject({ format: 'SHUKELOG1', firstN: 1, events: 100, bytes: segment.length });
  expect(manifest.counts.reduce((sum, [, , events]) => sum + events, 0)).toBe(100);
});

test('nothing is dropped when the archive cannot be read back as written', async () => {
  const messages = await happen(100);
  await moveLogToPast(t, 10);
  const { files } = t.services;
  const lying: typeof files = {
    ...files,
    async put(tenantId, source, options) {
      const stored = await files.put(tenantId, source, options);
      const path = files.pathOf(tenantId, stored.fileId);
      const bytes = await readFile(path);
      bytes[bytes.length - 30] = (bytes[bytes.length - 30] ?? 0) ^ 1;
      await writeFile(path, bytes);
      return stored;
    },
  };
  await expect(archive({ ...t.services, files: lying })).rejects.toThrow(/cannot be read|not what was written/);

  expect(await messagesOfLog()).toHaveLength(messages.length);
  expect(await t.asPipeline(({ tx }) => tx.query(`select * from log.archives`))).toEqual([]);
});

test('a day stays as long as one reader has not passed it', async () => {
  await happen(100);
  await moveLogToPast(t, 10);
  await t.asPipeline(({ tx }) => tx.execute(`insert into log.readers (name, batch, plan_to) values ('slow', 2, 2)`));
  expect((await archive()).archived).toEqual([]);

  await t.asPipeline(({ tx }) => tx.execute(`update log.readers set batch = 5, plan_to = 5`));
  expect((await archive()).archived).toHaveLength(1);
});

test('a day of lanes stays as long as the pipeline has not passed it', async () => {
  await writer.append([testEvent()]);
  await moveLogToPast(t, 10);
  const { dropped } = await archive();
  expect(dropped.filter((name) => name.includes('lanes'))).toEqual([]);
  expect(await messagesOfLog()).toEqual([]);

  await happen(1);
  expect((await archive()).dropped.filter((name) => name.includes('lanes'))).toHaveLength(1);
  expect(await messagesOfLog()).toHaveLength(2);
});

test('appends go on while a day is being dropped and a reader holds a transaction open', async () => {
  await happen(40);
  await moveLogToPast(t, 10);
  const admin = await t.admin();
  await admin.query('begin');
  await admin.query(`select count(*) from log.lanes`);
  const dropping = archive();
  const startedAt = performance.now();
  for (let k = 0; k < 20; k += 1) await writer.append([testEvent()]);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  await admin.query('commit');
  await admin.end();
  expect((await dropping).dropped).toHaveLength(2);
});

test('message memory older than two periods is forgotten', async () => {
  const admin = await t.admin();
  await admin.query(`create table log.seen_20200102 (like log.seen including all);
    alter table log.seen_20200102 owner to shuke_owner;
    alter table log.seen attach partition log.seen_20200102 for values in ('2020-01-02')`);
  await admin.end();
  expect((await archive()).dropped).toContain('log.seen_20200102');
  expect(await tables('seen_%')).not.toContain('seen_20200102');
});

const letter = (messageId: string) => ({
  tenantId: 1,
  sourceId: 1,
  subscriber: 'intake',
  reason: 'x',
  message: '',
  eventName: '',
  messageId,
  content: null,
});

test('dead letters go a month after their replay, half a year unreplayed', async () => {
  const sealer = await openSealer(t.database, t.services.vaults)();
  const names = ['fresh', 'old', 'ancient', 'replayed', 'done'];
  await t.asPipeline(({ tx }) => addDeadLetters(tx, sealer, names.map(letter)));
  await t.asPipeline(async ({ tx }) => {
    const set = (what: string, name: string) =>
      tx.execute(`update log.dead_letters set ${what} where message_id = $1`, [name]);
    await set(`at = now() - interval '170 days'`, 'old');
    await set(`at = now() - interval '181 days'`, 'ancient');
    await set(`replayed_at = now() - interval '29 days'`, 'replayed');
    await set(`replayed_at = now() - interval '31 days'`, 'done');
  });
  await archive();
  const left = await t.asPipeline(({ tx }) =>
    tx.query<{ message_id: string }>(`select message_id from log.dead_letters`),
  );
  expect(new Set(left.map((row) => row.message_id))).toEqual(new Set(['fresh', 'old', 'replayed']));
});
