import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { auditBooks, openLots, postTransfers } from '#ledger';
import { newId } from '#platform/ids';

import { points } from './accounts.ts';
import { adjustPoints, grantPoints } from './grant-points.ts';
import { pointsFor, spreadPoints } from './order-points.ts';
import { holdPoints, partsToReturn, postPoints, quotePoints, releasePoints, returnPoints } from './redeem-points.ts';
import { expirePoints, reconcileOrders, releasePoints as announceAvailable, warnOfExpiry } from './run-jobs.ts';
import { readRunning } from './running.ts';
import { settleOrders } from './settle-orders.ts';
import { at, openShop } from './testing/shop.ts';
import type { Shop } from './testing/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  await shop.publish({
    tiers: [{ code: 'base', name: '普通会员', entry: { kind: 'everyone' } }],
    points: { behaviours: [{ code: 'check-in', event: 'Checked In', points: 5, perDay: 1, perLife: 3 }] },
  });
});
afterAll(() => shop.db.close());

let nextBuyer = 0;
const someone = () => `buyer-${(nextBuyer += 1)}`;

/** An order whose points can be spent: bought, received, and the after-sales window over. */
async function earned(buyer: string, amountMinor: number, day = '2025-01-10') {
  const bought = await shop.buy(buyer, amountMinor, at(day));
  await shop.receive(bought, at(day, 13));
  return bought;
}
const spend = (customerId: number, amount: number, now: Date, orderId = newId()) =>
  shop.within(now, async (ctx) => {
    await holdPoints(ctx, { orderId, customerId, points: amount, payableFen: 10_000_000 });
    return postPoints(ctx, { orderId });
  });

describe('earning', () => {
  test.each([
    [9_999, 99],
    [10_000, 100],
    [99, 0],
    [-12_345, -123],
  ])('¥1 is one point, rounded down once per order: %d fen are %d', (fen, wanted) => {
    expect(pointsFor(fen, 10_000)).toBe(wanted);
  });

  test('points are spread over the lines by largest remainder', () => {
    const lines = [1, 2, 4].map((amountMinor, index) => ({ sku: `s${index}`, amountMinor }));
    expect(spreadPoints(100, lines).map((line) => line.points)).toEqual([14, 29, 57]);
  });

  test.each(['tmall', 'pos', 'mall', 'douyin'])('an order of channel %s earns', async (channel) => {
    const { customerId } = await shop.buy(someone(), 12_345, at('2025-01-10'), { channel });
    expect(await shop.pointsOf(customerId, at('2025-01-10'))).toMatchObject({
      balance: 123,
      pending: 123,
      available: 0,
    });
  });

  test('points are pending until seven days after receipt', async () => {
    const bought = await shop.buy(someone(), 10_000, at('2025-01-10'));
    await shop.receive(bought, at('2025-01-14'));
    expect(await shop.pointsOf(bought.customerId, at('2025-01-21', 11))).toMatchObject({ available: 0, pending: 100 });
    expect(await shop.pointsOf(bought.customerId, at('2025-01-21', 12))).toMatchObject({ available: 100, pending: 0 });
  });

  test('an order nobody confirms counts as received after fifteen days', async () => {
    const { customerId } = await shop.buy(someone(), 10_000, at('2025-01-10'));
    expect(await shop.pointsOf(customerId, at('2025-02-01', 11))).toMatchObject({ available: 0 });
    expect(await shop.pointsOf(customerId, at('2025-02-01', 12))).toMatchObject({ available: 100 });
  });

  test('a receipt announced before the payment is not forgotten', async () => {
    const buyer = someone();
    const bought = await shop.buy(buyer, 10_000, at('2025-01-10'));
    await shop.within(at('2025-01-10'), (ctx) =>
      ctx.tx.execute(`delete from loyalty.order_points where order_id = $1`, [bought.orderId]),
    );
    await shop.receive(bought, at('2025-01-11'));
    await shop.within(at('2025-01-12'), (ctx) =>
      ctx.tx.execute(`update ledger.lots set available_at = null where reference = $1`, [`order:${bought.orderId}`]),
    );
    const rows = await shop.within(at('2025-01-12'), (ctx) =>
      ctx.tx.query(`select received_at from loyalty.early_receipts where order_id = $1`, [bought.orderId]),
    );
    expect(rows).toEqual([{ received_at: at('2025-01-11') }]);
  });

  test('the same order settled again and again earns once', async () => {
    const { orderId, customerId } = await shop.buy(someone(), 10_000, at('2025-01-10'));
    for (let round = 0; round < 3; round += 1) {
      await shop.deliver(at('2025-01-11'), [
        { name: 'Order Paid', properties: { order_id: orderId } },
        { name: 'Order Paid', properties: { order_id: orderId } },
      ]);
    }
    expect(await shop.pointsOf(customerId, at('2025-01-11'))).toMatchObject({ balance: 100 });
    expect(await shop.announced('Points Earned', customerId)).toHaveLength(1);
  });

  test('an order older than the life of points earns nothing', async () => {
    const { customerId } = await shop.buy(someone(), 10_000, at('2023-01-10'));
    await shop.deliver(at('2025-01-10'), []);
    expect((await shop.pointsOf(customerId, at('2023-01-10'))).balance).toBe(100);
    const late = await shop.within(at('2025-01-10'), async (ctx) => {
      const running = await readRunning(ctx);
      await ctx.tx.execute(`delete from loyalty.order_points where customer_id = $1`, [customerId]);
      return settleOrders(
        ctx,
        running,
        (
          await ctx.tx.query<{ order_id: string }>(`select order_id from orders.purchases where customer_id = $1`, [
            customerId,
          ])
        ).map((row) => row.order_id),
      );
    });
    expect(late.lowered).toEqual([]);
    expect((await shop.pointsOf(customerId, at('2025-01-10'))).balance).toBe(100);
  });
});

describe('a refund', () => {
  test('earn 100, spend 100, refund ¥40 leaves −40; the next 60 leave 20', async () => {
    const buyer = someone();
    const bought = await earned(buyer, 10_000);
    await spend(bought.customerId, 100, at('2025-02-01'));
    await shop.refund(bought, 'r1', 4_000, at('2025-02-02'));
    expect(await shop.pointsOf(bought.customerId, at('2025-02-02'))).toMatchObject({
      balance: -40,
      debt: 40,
      available: -40,
    });
    await earned(buyer, 6_000, '2025-02-03');
    expect(await shop.pointsOf(bought.customerId, at('2025-03-01'))).toMatchObject({
      balance: 20,
      debt: 0,
      available: 20,
    });
  });

  test('takes pending points of the same order before others', async () => {
    const buyer = someone();
    const old = await earned(buyer, 5_000);
    const bought = await shop.buy(buyer, 10_000, at('2025-02-01'));
    await shop.refund(bought, 'r1', 10_000, at('2025-02-02'));
    expect(await shop.pointsOf(old.customerId, at('2025-02-02'))).toMatchObject({
      balance: 50,
      available: 50,
      pending: 0,
    });
  });

  test('while a debt is open no points can be used at checkout', async () => {
    const bought = await earned(someone(), 10_000);
    await spend(bought.customerId, 100, at('2025-02-01'));
    await shop.refund(bought, 'r1', 4_000, at('2025-02-02'));
    const quote = await shop.within(at('2025-02-03'), (ctx) =>
      quotePoints(ctx, { customerId: bought.customerId, payableFen: 10_000 }),
    );
    expect(quote).toMatchObject({ usablePoints: 0, reason: 'in_debt' });
  });

  test('an excluded order loses its points, an included one gets them again', async () => {
    const { orderId, customerId } = await shop.buy(someone(), 10_000, at('2025-01-10'));
    const exclude = async (excluded: boolean, when: Date) => {
      await shop.within(when, (ctx) =>
        ctx.tx.execute(`update orders.orders set is_excluded = $2 where order_id = $1`, [orderId, excluded]),
      );
      await shop.deliver(when, [
        { name: excluded ? 'Order Excluded' : 'Order Included', properties: { order_id: orderId } },
      ]);
    };
    await exclude(true, at('2025-01-11'));
    expect(await shop.pointsOf(customerId, at('2025-01-12'))).toMatchObject({ balance: 0, debt: 0 });
    await exclude(false, at('2025-01-12'));
    expect(await shop.pointsOf(customerId, at('2025-01-12'))).toMatchObject({ balance: 100 });
    await exclude(true, at('2025-01-13'));
    expect(await shop.pointsOf(customerId, at('2025-01-13'))).toMatchObject({ balance: 0 });
  });

  test('any sequence of partial refunds ends at ⌊rate · kept base⌋', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 50_000 }),
        fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 4 }),
        async (amount, refunds) => {
          const bought = await shop.buy(someone(), amount, at('2025-01-10'));
          let refunded = 0;
          for (const [index, wish] of refunds.entries()) {
            refunded = Math.min(amount, refunded + wish);
            await shop.refund(bought, 'r', refunded, at('2025-01-11', index + 1));
          }
          expect((await shop.pointsOf(bought.customerId, at('2025-01-12'))).balance).toBe(
            Math.floor((amount - refunded) / 100),
          );
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe('expiry', () => {
  test('+100 on 2025-01-10, +50 on 2025-03-05, −120 on 2025-12-20: nothing expires on 2026-01-10, 30 on 2026-03-05', async () => {
    const buyer = someone();
    const { customerId } = await earned(buyer, 10_000, '2025-01-10');
    await earned(buyer, 5_000, '2025-03-05');
    await spend(customerId, 120, at('2025-12-20'));
    const lots = await shop.within(at('2025-12-21'), (ctx) => openLots(ctx, points, customerId));
    expect(lots.map(({ remaining, expiresAt }) => [remaining, expiresAt?.toISOString()])).toEqual([
      [30, '2026-03-05T15:59:59.999Z'],
    ]);
    const expireAt = (now: Date) =>
      shop.within(now, async (ctx) => {
        await expirePoints(ctx);
      });
    await expireAt(at('2026-01-11', 1));
    expect(await shop.pointsOf(customerId, at('2026-01-11'))).toMatchObject({ balance: 30 });
    await expireAt(at('2026-03-05', 23));
    expect(await shop.pointsOf(customerId, at('2026-03-05', 23))).toMatchObject({ balance: 30, available: 30 });
    await expireAt(at('2026-03-06', 0));
    expect(await shop.pointsOf(customerId, at('2026-03-06'))).toMatchObject({ balance: 0 });
    expect(await shop.announced('Points Expired', customerId)).toMatchObject([{ points: 30 }]);
  });

  test('points of a 29 February expire on the 28th', async () => {
    const { customerId } = await shop.buy(someone(), 10_000, at('2024-02-29'));
    const [lot] = await shop.within(at('2024-03-01'), (ctx) => openLots(ctx, points, customerId));
    expect(lot?.expiresAt?.toISOString()).toBe('2025-02-28T15:59:59.999Z');
  });

  test('is announced 30, 7 and 1 days before with the exact amount, once each', async () => {
    const { customerId } = await earned(someone(), 10_000, '2025-04-10');
    await spend(customerId, 30, at('2025-06-01'));
    for (const now of [at('2026-03-11'), at('2026-03-12'), at('2026-04-03'), at('2026-04-09')]) {
      await shop.within(now, async (ctx) => warnOfExpiry(ctx, await readRunning(ctx)));
    }
    const warnings = (await shop.announced('Points Expiring', customerId)).map(
      ({ days, points: amount, expires_on: on }) => [days, amount, on],
    );
    expect(warnings).toEqual([
      [30, 70, '2026-04-10'],
      [7, 70, '2026-04-10'],
      [1, 70, '2026-04-10'],
    ]);
  });

  test('what becomes available is announced once', async () => {
    const { customerId } = await earned(someone(), 10_000, '2025-05-01');
    const announce = (now: Date) => shop.within(now, (ctx) => announceAvailable(ctx));
    await announce(at('2025-05-08', 12));
    expect(await shop.announced('Points Available', customerId)).toEqual([]);
    await announce(at('2025-05-08', 13));
    await announce(at('2025-05-09'));
    expect(await shop.announced('Points Available', customerId)).toEqual([{ points: 100 }]);
  });
});

describe('at checkout', () => {
  test('100 points are ¥1, at most half of the order', async () => {
    const { customerId } = await earned(someone(), 1_000_000);
    const quote = (payableFen: number, wanted?: number) =>
      shop.within(at('2025-02-01'), (ctx) => quotePoints(ctx, { customerId, payableFen, points: wanted }));
    expect(await quote(1_000)).toMatchObject({ available: 10_000, usablePoints: 500, usableFen: 500 });
    expect(await quote(50_000)).toMatchObject({ usablePoints: 10_000, usableFen: 10_000, offsetFen: 10_000 });
    expect(await quote(50_000, 300)).toMatchObject({ points: 300, offsetFen: 300 });
    expect(await quote(0)).toMatchObject({ usablePoints: 0, reason: 'nothing_to_pay' });
  });

  test('held points cannot be used twice; released ones are free, posted ones are gone', async () => {
    const { customerId } = await earned(someone(), 10_000);
    const now = at('2025-02-01');
    const [first, second] = [newId(), newId()];
    const hold = (orderId: string, amount: number) =>
      shop.within(now, (ctx) => holdPoints(ctx, { orderId, customerId, points: amount, payableFen: 100_000 }));
    expect(await hold(first, 80)).toMatchObject({ status: 'held', offsetFen: 80 });
    expect(await hold(first, 80)).toMatchObject({ status: 'held' });
    await expect(hold(first, 70)).rejects.toMatchObject({ code: 'points_redemption_differs' });
    await expect(hold(second, 30)).rejects.toMatchObject({ code: 'points_not_usable', details: { usable: 20 } });
    await shop.within(now, (ctx) => releasePoints(ctx, { orderId: first }));
    await shop.within(now, (ctx) => releasePoints(ctx, { orderId: first }));
    expect(await hold(second, 100)).toMatchObject({ points: 100 });
    await shop.within(now, (ctx) => postPoints(ctx, { orderId: second }));
    await shop.within(now, (ctx) => postPoints(ctx, { orderId: second }));
    expect(await shop.pointsOf(customerId, now)).toMatchObject({ balance: 0, held: 0 });
    expect(await shop.announced('Points Spent', customerId)).toHaveLength(1);
  });

  test('twenty concurrent checkouts of one customer never use more than there is', async () => {
    const { customerId } = await earned(someone(), 10_000);
    const now = at('2025-02-01');
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        shop.within(now, (ctx) => holdPoints(ctx, { orderId: newId(), customerId, points: 30, payableFen: 100_000 })),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await shop.pointsOf(customerId, now)).toMatchObject({ held: 90, available: 10 });
  });

  test('spent points of a refund return to their lots, and only once per refund', async () => {
    const { customerId } = await earned(someone(), 10_000);
    const orderId = newId();
    await spend(customerId, 80, at('2025-02-01'), orderId);
    const back = (refundKey: string, amount: number) =>
      shop.within(at('2025-02-02'), (ctx) => returnPoints(ctx, { orderId, points: amount, refundKey }));
    await back('r1', 50);
    await back('r1', 50);
    expect(await shop.pointsOf(customerId, at('2025-02-02'))).toMatchObject({ available: 70 });
    await expect(back('r2', 31)).rejects.toMatchObject({
      code: 'returns_more_points_than_spent',
      details: { left: 30 },
    });
    const [lot] = await shop.within(at('2025-02-02'), (ctx) => openLots(ctx, points, customerId));
    expect(lot).toMatchObject({ remaining: 70, expiresAt: new Date('2026-01-10T15:59:59.999Z') });
  });

  test('returned after their lot expired they are granted for 30 days', async () => {
    const { customerId } = await earned(someone(), 10_000);
    const orderId = newId();
    await spend(customerId, 80, at('2026-01-05'), orderId);
    await shop.within(at('2026-01-20'), (ctx) => expirePoints(ctx));
    await shop.within(at('2026-01-20'), (ctx) => returnPoints(ctx, { orderId, points: 80, refundKey: 'r' }));
    const lots = await shop.within(at('2026-01-20'), (ctx) => openLots(ctx, points, customerId));
    expect(lots.map(({ remaining, expiresAt }) => [remaining, expiresAt?.toISOString()])).toEqual([
      [80, '2026-02-19T15:59:59.999Z'],
    ]);
  });

  test('parts of a merged person come back last first', () => {
    const parts = [
      { originCustomerId: 1, points: 50 },
      { originCustomerId: 2, points: 30 },
    ];
    expect(partsToReturn({ parts, returned: 0 }, 40)).toEqual([
      { originCustomerId: 2, points: 30 },
      { originCustomerId: 1, points: 10 },
    ]);
    expect(partsToReturn({ parts, returned: 40 }, 40)).toEqual([{ originCustomerId: 1, points: 40 }]);
  });
});

describe('a merge', () => {
  test('adds the points up and spends the oldest first; a split gives each part exactly its own back', async () => {
    const [a, b] = [await earned(someone(), 10_000, '2025-02-10'), await earned(someone(), 5_000, '2025-01-10')];
    const now = at('2025-06-01');
    const point = (origin: number, to: number) =>
      shop.within(now, (ctx) =>
        ctx.tx.execute(`update ledger.accounts set customer_id = $1 where tenant_id = 1 and origin_customer_id = $2`, [
          to,
          origin,
        ]),
      );
    await point(b.customerId, a.customerId);
    expect(await shop.pointsOf(a.customerId, now)).toMatchObject({ available: 150 });
    await spend(a.customerId, 70, now);
    expect(await shop.pointsOf(a.customerId, now)).toMatchObject({ available: 80 });
    await point(b.customerId, b.customerId);
    expect((await shop.pointsOf(a.customerId, now)).balance).toBe(80);
    expect((await shop.pointsOf(b.customerId, now)).balance).toBe(0);
  });
});

describe('other points', () => {
  test('behaviour is rewarded within its caps per day and per life', async () => {
    const { customerId } = await shop.buy(someone(), 50, at('2025-01-10'));
    const checkIn = (day: string) => ({
      name: 'Checked In',
      occurredAt: at(day).getTime(),
      resolvedCustomerId: customerId,
      originCustomerId: customerId,
    });
    await shop.deliver(at('2025-01-10'), [checkIn('2025-01-10'), checkIn('2025-01-10')]);
    await shop.deliver(at('2025-01-11'), [
      checkIn('2025-01-10'),
      checkIn('2025-01-11'),
      checkIn('2025-01-12'),
      checkIn('2025-01-13'),
    ]);
    expect(await shop.pointsOf(customerId, at('2025-01-14'))).toMatchObject({ available: 15 });
  });

  test('a grant with a known key gives nothing twice', async () => {
    const { customerId } = await shop.buy(someone(), 50, at('2025-01-10'));
    const grant = { key: `m:${customerId}`, customerId, points: 40, reason: 'points.mission' };
    for (let round = 0; round < 2; round += 1) await shop.within(at('2025-01-10'), (ctx) => grantPoints(ctx, [grant]));
    expect(await shop.pointsOf(customerId, at('2025-01-10'))).toMatchObject({ available: 40 });
    expect(await shop.announced('Points Earned', customerId)).toHaveLength(1);
  });

  test('an adjustment takes no more than is available, is audited, and repeats nothing', async () => {
    const { customerId } = await earned(someone(), 10_000);
    const adjust = (change: number, key: string) =>
      shop.within(at('2025-02-01'), (ctx) =>
        adjustPoints(ctx, { customerId, points: change, note: '客诉补偿', key: `${customerId}${key}` }),
      );
    await adjust(50, 'a');
    await adjust(-30, 'b');
    await adjust(-30, 'b');
    expect(await shop.pointsOf(customerId, at('2025-02-01'))).toMatchObject({ available: 120 });
    await expect(adjust(-121, 'c')).rejects.toMatchObject({ code: 'insufficient_balance' });
    const audits = await shop.within(at('2025-02-01'), (ctx) =>
      ctx.tx.query(`select action, purpose, details from platform.audit_pending where object_id = $1 order by id`, [
        String(customerId),
      ]),
    );
    expect(audits.slice(0, 2)).toMatchObject([
      { action: 'loyalty.adjust_points', details: { points: 50 } },
      { details: { points: -30 } },
    ]);
  });

  test('an order whose buyer became known later is found by reconciliation', async () => {
    const { orderId, customerId } = await shop.buy(someone(), 10_000, at('2025-01-10'));
    await shop.within(at('2025-01-10'), (ctx) =>
      ctx.tx.execute(`update loyalty.order_points set base_minor = 1 where order_id = $1`, [orderId]),
    );
    await shop.within(at('2025-01-11'), async (ctx) => reconcileOrders(ctx, await readRunning(ctx)));
    const [row] = await shop.within(at('2025-01-11'), (ctx) =>
      ctx.tx.query<{ base_minor: number }>(`select base_minor from loyalty.order_points where order_id = $1`, [
        orderId,
      ]),
    );
    expect(row?.base_minor).toBe(10_000);
    expect(await shop.pointsOf(customerId, at('2025-01-11'))).toMatchObject({ balance: 100 });
  });
});

test('after all of this the books are clean and a stray post cannot unbalance them', async () => {
  const checks = await shop.within(at('2026-06-01'), (ctx) => auditBooks(ctx));
  expect(checks.filter(({ faults }) => faults > 0)).toEqual([]);
  await expect(
    shop.within(at('2026-06-01'), (ctx) => postTransfers(ctx, [{ kind: 'post', key: 'x', holdKey: 'none' }])),
  ).rejects.toMatchObject({ code: 'transfer_not_found' });
});
