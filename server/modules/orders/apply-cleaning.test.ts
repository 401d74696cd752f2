import { afterAll, beforeAll, expect, test } from 'vitest';

import { createDefinition, publishDefinition } from '#platform/definitions';
import { newId } from '#platform/ids';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { applyCleaning, previewCleaning } from './apply-cleaning.ts';
import { defaultRules } from './clean-order.ts';
import { cleaningKind } from './cleaning-rules.ts';
import { compareRecentOrders } from './compare-recent.ts';
import type { NewOrder } from './new-order.ts';
import { findOrder, listOrders, orderFigures } from './order-views.ts';
import { recordOrders } from './record-orders.ts';
import { reviewOrder } from './review-order.ts';
import { anOrder } from './testing/order-factory.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const signal = new AbortController().signal;
const record = (...orders: NewOrder[]) => db.asSystem((ctx) => recordOrders(ctx, orders));
const view = (orderId: string) => db.asStaff((ctx) => findOrder(ctx, orderId));
const exclusions = async (orderNo: string) =>
  (
    await db.asSystem((ctx) =>
      ctx.tx.query<{ name: string }>(
        `select b->>'name' as name from (select id, convert_from(body, 'utf8')::jsonb as b from log.outbox) o
          where b->'properties'->>'order_no' = $1 and b->>'name' in ('Order Excluded', 'Order Included') order by id`,
        [orderNo],
      ),
    )
  ).map(({ name }) => name);

test('a staff member takes a flagged order back in, and it stays in when the source updates it', async () => {
  const orderNo = newId();
  const [recorded] = await record(anOrder(orderNo, { status: 'paid', remark: '测试订单' }));
  const orderId = recorded?.orderId ?? '';
  expect(await view(orderId)).toMatchObject({ flags: ['test'], isExcluded: true, countedMinor: 0 });

  await db.asStaff((ctx) => reviewOrder(ctx, orderId, { review: 'included' }));
  await record(anOrder(orderNo, { status: 'shipped', remark: '测试订单', minute: 5 }));
  expect(await view(orderId)).toMatchObject({
    status: 'shipped',
    flags: ['test'],
    isExcluded: false,
    countedMinor: 3_000,
  });

  await db.asStaff((ctx) => reviewOrder(ctx, orderId, { review: 'auto' }));
  expect(await view(orderId)).toMatchObject({ isExcluded: true, countedMinor: 0 });
  expect(await exclusions(orderNo)).toEqual(['Order Included', 'Order Excluded']);
});

test('one line can be left out by hand', async () => {
  const [recorded] = await record(anOrder(newId(), { status: 'paid' }));
  const orderId = recorded?.orderId ?? '';
  await db.asStaff((ctx) => reviewOrder(ctx, orderId, { review: 'excluded', lineNo: 2 }));
  expect(await view(orderId)).toMatchObject({ isExcluded: false, countedMinor: 1_000 });
});

test('a preview tells what publishing will do, and publishing does it', async () => {
  await record(
    ...Array.from({ length: 30 }, (_, index) =>
      anOrder(newId(), { status: 'paid', remark: index < 7 ? '内部员工福利' : '' }),
    ),
  );
  const rules = { ...defaultRules, test: { isOn: true, excludes: true, words: ['员工福利'] } };
  const preview = await db.asStaff((ctx) => previewCleaning(ctx, rules));
  expect(preview.hits).toContainEqual(expect.objectContaining({ flag: 'test', orders: 7 }));
  expect(preview.newlyExcluded).toBe(7);
  const before = await db.asStaff((ctx) => orderFigures(ctx, {}));

  await db.asStaff(async (ctx) => {
    const definitionId = await createDefinition(ctx, cleaningKind, { name: '订单清洗', content: rules });
    await publishDefinition(ctx, cleaningKind, definitionId);
  });
  await applyCleaning({ ...db, signal }, db.tenantId);
  const after = await db.asStaff((ctx) => orderFigures(ctx, {}));

  const counted = (figures: typeof before) => figures.find(({ currency }) => currency === 'CNY')?.countedMinor ?? 0;
  const change = preview.countedChange.find(({ currency }) => currency === 'CNY')?.amountMinor;
  expect(counted(after) - counted(before)).toBe(change);
  expect(await db.asStaff((ctx) => previewCleaning(ctx, rules))).toMatchObject({ newlyExcluded: 0, newlyIncluded: 0 });
  expect((await listFlagged('test')).length).toBe(7);
});

const listFlagged = async (flag: string) =>
  (await db.asStaff((ctx) => listOrders(ctx, { flag }, { limit: 100 }))).items;

const compareNow = () => compareRecentOrders({ ...db, signal }, new Date(Date.now() + 600_000));

test('the same goods ordered again by the same buyer within minutes are flagged, the first order is not', async () => {
  const buyer = [{ kind: 'member_no', scope: 'b', value: newId() }];
  const at = (minute: number) => ({
    status: 'paid' as const,
    buyer,
    minute,
    placedAt: new Date(Date.UTC(2026, 5, 1, 9, minute)),
  });
  const numbers = [newId(), newId(), newId(), newId()] as const;
  await record(
    anOrder(numbers[0], at(0)),
    anOrder(numbers[1], at(3)),
    anOrder(numbers[2], at(30)),
    anOrder(numbers[3], {
      ...at(4),
      lines: [{ skuCode: 'Z', quantity: 1, unitPriceMinor: 3_000, amountMinor: 3_000 }],
    }),
  );
  await compareNow();
  expect((await listFlagged('duplicate_order')).map(({ orderNo }) => orderNo)).toEqual([numbers[1]]);
});

test('a receiver of many buyers’ orders within a day is flagged on all of them', async () => {
  const receiver = { phone: '+8613911112222', name: '李四', province: '浙江省' };
  const orders = Array.from({ length: 5 }, (_, index) =>
    anOrder(newId(), {
      status: 'paid',
      receiver,
      buyer: [{ kind: 'member_no', scope: 'b', value: newId() }],
      placedAt: new Date(Date.UTC(2026, 5, 2, index)),
    }),
  );
  await record(...orders.slice(0, 4));
  await compareNow();
  expect(await listFlagged('brushing')).toEqual([]);
  await record(...orders.slice(4));
  await compareNow();
  expect(await listFlagged('brushing')).toHaveLength(5);
});

test('staff of a store see its orders and no other', async () => {
  const [own, other] = (await record(anOrder(newId(), { storeId: 5 }), anOrder(newId(), { storeId: 6 }))).map(
    ({ orderId }) => orderId,
  );
  const scope = { all: false, storeIds: [5] } as const;
  const seen = await db.asStaff((ctx) => listOrders(ctx, {}, { limit: 50 }), { scope });
  expect(seen.items.map(({ orderId }) => orderId)).toEqual([own]);
  await expect(db.asStaff((ctx) => findOrder(ctx, other ?? ''), { scope })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(
    db.asStaff((ctx) => reviewOrder(ctx, other ?? '', { review: 'excluded' }), { scope }),
  ).rejects.toMatchObject({ code: 'not_found' });
});

test('a list is paged without gaps and masks receivers', async () => {
  const placedAt = new Date(Date.UTC(2026, 6, 1));
  const receiver = { name: '王小明', phone: '+8613800001234' };
  await record(...Array.from({ length: 7 }, () => anOrder(newId(), { channel: 'x', placedAt, receiver } as never)));
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const filter = { placedFrom: placedAt, placedTo: new Date(placedAt.getTime() + 1) };
    const page = await db.asStaff((ctx) => listOrders(ctx, filter, { cursor, limit: 3 }));
    seen.push(...page.items.map(({ orderId }) => orderId));
    expect(JSON.stringify(page)).not.toMatch(/王小明|13800001234/);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(new Set(seen).size).toBe(7);
  const byPhone = await db.asStaff((ctx) => listOrders(ctx, { phone: '+8613800001234' }, { limit: 50 }));
  expect(byPhone.items).toHaveLength(7);
});
