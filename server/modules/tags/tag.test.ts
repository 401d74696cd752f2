import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { identify } from '#customers';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { addTag, createTag, listTags, removeTag, tagsOfCustomer } from './tag.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

let people = 0;
const newCustomer = async (): Promise<number> => {
  people += 1;
  const value = `T${people}`;
  const [found] = await db.asSystem((ctx) =>
    identify({ tx: ctx.tx, now: ctx.now, vaults: ctx.services.vaults }, [
      {
        tenantId: db.tenantId,
        identifiers: [{ kind: 'member_no', scope: 'test', value }],
        at: ctx.now,
        sourceId: 1,
        cause: 'test',
      },
    ]),
  );
  return found?.customerId ?? 0;
};
const newTag = (name: string, code?: string) =>
  db.asStaff((ctx) => createTag(ctx, { code, name, groupName: '偏好', description: '', color: '#0F766E' }));
const eventsOf = (name: string, customerId: number) =>
  db.asSystem(async (ctx) => {
    const rows = await ctx.tx.query<{ body: Buffer }>('select body from log.outbox order by 1');
    return rows
      .map(({ body }) => JSON.parse(body.toString()) as { name: string; customerId: number })
      .filter((event) => event.name === name && event.customerId === customerId).length;
  });

describe('a manual tag', () => {
  test('put on twice is on once, is announced once, and says since when and by whom', async () => {
    const [customerId, tagId] = [await newCustomer(), await newTag('敏感肌')];
    expect(await db.asStaff((ctx) => addTag(ctx, tagId, [customerId, customerId]))).toBe(1);
    expect(await db.asStaff((ctx) => addTag(ctx, tagId, [customerId]))).toBe(0);
    const { tags, changes } = await db.asStaff((ctx) => tagsOfCustomer(ctx, customerId));
    expect(tags).toMatchObject([{ tagId, name: '敏感肌', kind: 'manual', source: expect.stringMatching(/^staff:/) }]);
    expect(changes).toMatchObject([{ tagId, added: true }]);
    expect(await eventsOf('Tag Added', customerId)).toBe(1);
  });

  test('taken off leaves its history; taken off again changes nothing', async () => {
    const [customerId, tagId] = [await newCustomer(), await newTag('常客')];
    await db.asStaff((ctx) => addTag(ctx, tagId, [customerId]));
    expect(await db.asStaff((ctx) => removeTag(ctx, tagId, [customerId]))).toBe(1);
    expect(await db.asStaff((ctx) => removeTag(ctx, tagId, [customerId]))).toBe(0);
    const { tags, changes } = await db.asStaff((ctx) => tagsOfCustomer(ctx, customerId));
    expect(tags).toEqual([]);
    expect(changes.map(({ added }) => added)).toEqual([false, true]);
    expect(await eventsOf('Tag Removed', customerId)).toBe(1);
  });

  test('goes to many customers in one call and is counted', async () => {
    const tagId = await newTag('大促名单');
    const customerIds = await Promise.all(Array.from({ length: 20 }, newCustomer));
    expect(await db.asStaff((ctx) => addTag(ctx, tagId, customerIds))).toBe(20);
    const tag = (await db.asStaff(listTags)).find((one) => one.tagId === tagId);
    expect(tag?.customers).toBe(20);
  });

  test('numbers are dense, also when two staff create at once, and a code names one tag', async () => {
    const made = await Promise.all([newTag('甲', 'a-code'), newTag('乙'), newTag('丙')]);
    expect(new Set(made).size).toBe(3);
    await expect(newTag('丁', 'a-code')).rejects.toMatchObject({ code: 'tag_code_taken' });
  });

  test('a computed tag is not put on by hand, an unknown one is told', async () => {
    const customerId = await newCustomer();
    await db.asSystem((ctx) =>
      ctx.tx.execute(
        `insert into tags.tags (tenant_id, tag_id, code, name, kind, created_by) values ($1, 900, 'rfm-x', '算出来的', 'rfm', 'test')`,
        [ctx.tenantId],
      ),
    );
    await expect(db.asStaff((ctx) => addTag(ctx, 900, [customerId]))).rejects.toMatchObject({
      code: 'tag_is_computed',
    });
    await expect(db.asStaff((ctx) => removeTag(ctx, 9_999, [customerId]))).rejects.toMatchObject({ code: 'not_found' });
  });

  test('of another company is not there', async () => {
    const tagId = await newTag('自家');
    const elsewhere = { tenantId: db.otherTenantId };
    await expect(db.asStaff((ctx) => addTag(ctx, tagId, [1]), elsewhere)).rejects.toMatchObject({ code: 'not_found' });
    expect(await db.asStaff(listTags, elsewhere)).toEqual([]);
  });
});
