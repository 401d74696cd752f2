import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';

import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import {
  createDefinition,
  EditedMeanwhile,
  findDefinition,
  NotPublishable,
  publishDefinition,
  rollBackDefinition,
  runningDefinitions,
  saveDraft,
  setDefinitionStatus,
  versionsOf,
} from './definitions.ts';
import type { DefinitionKind } from './definitions.ts';
import { InvalidInput, NotFound } from './errors.ts';

const kind: DefinitionKind<{ cap: number }> = {
  kind: 'test-rule',
  schema: z.object({ cap: z.int() }),
  problems: (_ctx, { cap }) => (cap < 0 ? [{ code: 'cap_negative', path: 'cap' }] : []),
};

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const draft = (cap: number) => db.asStaff((ctx) => createDefinition(ctx, kind, { name: '规则', content: { cap } }));

test('runs only what was published, and the draft changes nothing until then', async () => {
  const id = await draft(1);
  expect(await db.asSystem((ctx) => runningDefinitions(ctx.tx, kind, ctx.tenantId))).toEqual([]);
  await db.asStaff((ctx) => publishDefinition(ctx, kind, id));
  await db.asStaff((ctx) => saveDraft(ctx, kind, id, { content: { cap: 2 }, revision: 2 }));
  const running = await db.asPipeline((ctx) => runningDefinitions(ctx.tx, kind, null));
  expect(running).toMatchObject([{ tenantId: db.tenantId, definitionId: id, version: 1, content: { cap: 1 } }]);
  await db.asStaff((ctx) => setDefinitionStatus(ctx, kind, id, 'paused'));
  expect(await db.asSystem((ctx) => runningDefinitions(ctx.tx, kind, ctx.tenantId))).toEqual([]);
});

test('rolls back by publishing the old content as a new version', async () => {
  const id = await draft(1);
  await db.asStaff((ctx) => publishDefinition(ctx, kind, id));
  await db.asStaff((ctx) => saveDraft(ctx, kind, id, { content: { cap: 2 }, revision: 2 }));
  await db.asStaff((ctx) => publishDefinition(ctx, kind, id));
  await db.asStaff((ctx) => rollBackDefinition(ctx, kind, id, 1));
  const versions = await db.asStaff((ctx) => versionsOf(ctx, kind, id));
  expect(versions.map(({ version, content, restores }) => [version, content.cap, restores])).toEqual([
    [3, 1, 1],
    [2, 2, null],
    [1, 1, null],
  ]);
});

test('refuses to overwrite what another editor saved', async () => {
  const id = await draft(1);
  await db.asStaff((ctx) => saveDraft(ctx, kind, id, { content: { cap: 5 }, revision: 1 }));
  await expect(db.asStaff((ctx) => saveDraft(ctx, kind, id, { content: { cap: 6 }, revision: 1 }))).rejects.toThrow(
    EditedMeanwhile,
  );
});

test('refuses malformed content when saving and the kind’s own problems when publishing', async () => {
  await expect(
    db.asStaff((ctx) => createDefinition(ctx, kind, { name: 'x', content: { cap: 'many' } })),
  ).rejects.toThrow(InvalidInput);
  const id = await draft(-1);
  await expect(db.asStaff((ctx) => publishDefinition(ctx, kind, id))).rejects.toThrow(NotPublishable);
});

test("hides another tenant's definitions", async () => {
  const id = await draft(1);
  await expect(db.asStaff((ctx) => findDefinition(ctx, kind, id), { tenantId: db.otherTenantId })).rejects.toThrow(
    NotFound,
  );
});

test('never changes a published version, whoever asks', async () => {
  const id = await draft(1);
  await db.asStaff((ctx) => publishDefinition(ctx, kind, id));
  const admin = await db.admin();
  await expect(admin.query(`update platform.definition_versions set note = 'x'`)).rejects.toThrow(/append-only/);
  await admin.end();
});
