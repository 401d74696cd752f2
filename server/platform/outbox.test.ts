import { afterAll, beforeAll, expect, test } from 'vitest';

import { emit } from '#platform/outbox';
import type { NewEvent } from '#platform/outbox';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

let t: TestDatabase;
beforeAll(async () => {
  t = await openTestDatabase();
});
afterAll(() => t.close());

const paid = (orderId: string, change: Partial<NewEvent> = {}): NewEvent => ({
  tenantId: t.tenantId,
  name: 'Order Paid',
  messageId: `order-paid:${orderId}`,
  occurredAt: new Date('2026-11-22T02:00:00Z'),
  customerId: 42,
  properties: { order_id: orderId, amount_fen: 12_800 },
  ...change,
});
const outboxOf = async (messagePrefix: string) => {
  const rows = await t.asPipeline(({ tx }) => tx.query<{ body: Buffer }>(`select body from log.outbox order by id`));
  return rows.map(({ body }) => body.toString('utf8')).filter((text) => text.includes(messagePrefix));
};

test('facts exist if and only if the transaction commits', async () => {
  await t.asStaff((ctx) => emit(ctx, [paid('kept-1'), paid('kept-2')]));
  await expect(
    t.asStaff(async (ctx) => {
      await emit(ctx, [paid('lost-1')]);
      throw new Error('the change failed');
    }),
  ).rejects.toThrow('the change failed');

  expect(await outboxOf('order-paid:kept')).toHaveLength(2);
  expect(await outboxOf('order-paid:lost')).toHaveLength(0);
});

test('a fact of another tenant cannot be announced', async () => {
  await expect(t.asStaff((ctx) => emit(ctx, [paid('foreign', { tenantId: t.otherTenantId })]))).rejects.toThrow(
    'row-level security',
  );
});

test('identifiers are unreadable in the outbox', async () => {
  const identifiers = [{ kind: 'phone', scope: '', value: '+8613912345678' }];
  await t.asStaff((ctx) => emit(ctx, [paid('sealed', { customerId: null, identifiers })]));

  const rows = await t.asPipeline(({ tx }) => tx.query<{ body: Buffer }>(`select body from log.outbox order by id`));
  const last = rows.at(-1)?.body ?? Buffer.alloc(0);
  expect(last.includes('13912345678')).toBe(false);
  const opened = await t.asPipeline(async ({ tx, services }) => (await services.vaults.forInstallation(tx)).open(last));
  expect(opened.toString('utf8')).toContain('+8613912345678');
});

test('an event without a name, message id or time is a bug of the announcer', async () => {
  for (const change of [
    { name: '' },
    { messageId: '' },
    { messageId: 'x'.repeat(301) },
    { occurredAt: new Date(NaN) },
  ]) {
    await expect(t.asStaff((ctx) => emit(ctx, [paid('bad', change)]))).rejects.toThrow(RangeError);
  }
});
