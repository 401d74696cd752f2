import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Context } from '#platform/context';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { commitReservation, expireAllReservations, expireReservations, releaseReservation } from './end-reservation.ts';
import { OutOfStock, ReservationConflict, ReservationEnded, StockBelowReserved } from './errors.ts';
import { reserveStock } from './reserve-stock.ts';
import { bucketStock, changeStock, checkStock, countStock, planLocations, stockLevels } from './stock.ts';
import { stockedSkus } from './testing/stock-factory.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const inTenMinutes = (ctx: Context) => new Date(ctx.now.getTime() + 600_000);
const later = (ctx: Context) => ({ ...ctx, now: new Date(ctx.now.getTime() + 3_600_000) });
let nextReference = 0;
const newReference = () => `order:${(nextReference += 1)}`;

async function reserve(skuId: string, quantity: number, reference = newReference()): Promise<string> {
  await db.asStaff((ctx) =>
    reserveStock(ctx, { reference, lines: [{ skuId, locationId: 1, quantity }], expiresAt: inTenMinutes(ctx) }),
  );
  return reference;
}

const oneSku = async (quantity: number) => (await db.asStaff((ctx) => stockedSkus(ctx, [quantity])))[0] as string;
const levelOf = async (skuId: string) => (await db.asStaff((ctx) => stockLevels(ctx, [skuId])))[0];
const expectSoundBooks = async () => expect(await db.asStaff((ctx) => checkStock(ctx))).toEqual([]);

describe('selling the last pieces', () => {
  test.each([2, 4, 8, 16])('%i buyers at once get exactly the 20 pieces there are', async (buyers) => {
    const skuId = await oneSku(20);
    let sold = 0;
    let refused = 0;
    const buy = async () => {
      for (;;) {
        try {
          const reference = await reserve(skuId, 1);
          await db.asStaff((ctx) => commitReservation(ctx, { reference }));
          sold += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(OutOfStock);
          refused += 1;
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: buyers }, buy));

    expect({ sold, refused }).toEqual({ sold: 20, refused: buyers });
    expect(await levelOf(skuId)).toMatchObject({ onHand: 0, reserved: 0 });
    await expectSoundBooks();
  });

  test('pieces spread over buckets are sold to the last one, also when a line needs several buckets', async () => {
    const skuId = await oneSku(20);
    await db.asStaff((ctx) => bucketStock(ctx, { skuId, locationId: 1 }, 8));
    const results = await Promise.allSettled(Array.from({ length: 9 }, () => reserve(skuId, 3)));

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
    expect(await levelOf(skuId)).toMatchObject({ onHand: 20, reserved: 18, available: 2 });
    await db.asStaff((ctx) => bucketStock(ctx, { skuId, locationId: 1 }, 1));
    await reserve(skuId, 2);
    await expectSoundBooks();
  });

  test('buyers whose carts hold the same SKUs in opposite order never block each other for good', async () => {
    const [a, b] = (await db.asStaff((ctx) => stockedSkus(ctx, [200, 200]))) as [string, string];
    const cart = (first: string, second: string) =>
      db.asStaff((ctx) =>
        reserveStock(ctx, {
          reference: newReference(),
          lines: [first, second].map((skuId) => ({ skuId, locationId: 1, quantity: 1 })),
          expiresAt: inTenMinutes(ctx),
        }),
      );
    await Promise.all(Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? cart(a, b) : cart(b, a))));

    expect(await levelOf(a)).toMatchObject({ reserved: 60 });
    expect(await levelOf(b)).toMatchObject({ reserved: 60 });
  });
});

describe('reserving', () => {
  test('the same SKU twice in one cart counts together', async () => {
    const skuId = await oneSku(3);
    const lines = [2, 2].map((quantity) => ({ skuId, locationId: 1, quantity }));
    const attempt = db.asStaff((ctx) =>
      reserveStock(ctx, { reference: newReference(), lines, expiresAt: inTenMinutes(ctx) }),
    );
    await expect(attempt).rejects.toMatchObject({ details: { shortages: [{ skuId, wanted: 4, available: 3 }] } });
    expect(await levelOf(skuId)).toMatchObject({ reserved: 0 });
  });

  test('all lines or none, and every short line is named', async () => {
    const [a, b, c] = (await db.asStaff((ctx) => stockedSkus(ctx, [5, 1, 0]))) as [string, string, string];
    const lines = [a, b, c].map((skuId) => ({ skuId, locationId: 1, quantity: 2 }));
    const attempt = db.asStaff((ctx) =>
      reserveStock(ctx, { reference: newReference(), lines, expiresAt: inTenMinutes(ctx) }),
    );
    const error = await attempt.catch((reason: unknown) => reason);
    expect((error as InstanceType<typeof OutOfStock>).details).toMatchObject({
      shortages: [b, c].toSorted().map((skuId) => ({ skuId, available: skuId === b ? 1 : 0 })),
    });
    expect(await levelOf(a)).toMatchObject({ reserved: 0 });
  });

  test('a repeated request holds once; the same reference for other goods is refused', async () => {
    const skuId = await oneSku(10);
    const reference = await reserve(skuId, 2);
    await reserve(skuId, 2, reference);
    expect(await levelOf(skuId)).toMatchObject({ reserved: 2 });
    await expect(reserve(skuId, 3, reference)).rejects.toBeInstanceOf(ReservationConflict);
  });

  test("another tenant's SKU is never in stock", async () => {
    const skuId = await oneSku(5);
    const attempt = db.asStaff(
      (ctx) =>
        reserveStock(ctx, {
          reference: newReference(),
          lines: [{ skuId, locationId: 1, quantity: 1 }],
          expiresAt: inTenMinutes(ctx),
        }),
      { tenantId: db.otherTenantId },
    );
    await expect(attempt).rejects.toBeInstanceOf(OutOfStock);
  });
});

describe('ending a reservation', () => {
  test('paying twice sells once', async () => {
    const skuId = await oneSku(5);
    const reference = await reserve(skuId, 2);
    await Promise.all([1, 2, 3].map(() => db.asStaff((ctx) => commitReservation(ctx, { reference }))));
    expect(await levelOf(skuId)).toMatchObject({ onHand: 3, reserved: 0 });
    await expectSoundBooks();
  });

  test('cancelling twice gives back once, and a cancelled order cannot be paid', async () => {
    const skuId = await oneSku(5);
    const reference = await reserve(skuId, 2);
    await Promise.all([1, 2, 3].map(() => db.asStaff((ctx) => releaseReservation(ctx, { reference }))));
    expect(await levelOf(skuId)).toMatchObject({ onHand: 5, reserved: 0 });
    await expect(db.asStaff((ctx) => commitReservation(ctx, { reference }))).rejects.toBeInstanceOf(ReservationEnded);
    await expect(reserve(skuId, 2, reference)).rejects.toBeInstanceOf(ReservationEnded);
  });

  test('a sale cannot be released', async () => {
    const skuId = await oneSku(5);
    const reference = await reserve(skuId, 2);
    await db.asStaff((ctx) => commitReservation(ctx, { reference }));
    await expect(db.asStaff((ctx) => releaseReservation(ctx, { reference }))).rejects.toBeInstanceOf(ReservationEnded);
  });

  test('expiry racing the payment: either way the pieces are sold once and the books agree', async () => {
    for (let round = 0; round < 10; round += 1) {
      const skuId = await oneSku(1);
      const reference = await reserve(skuId, 1);
      await Promise.all([
        db.asStaff((ctx) => commitReservation(ctx, { reference })),
        db.asStaff((ctx) => expireReservations(later(ctx))),
      ]);
      expect(await levelOf(skuId)).toMatchObject({ onHand: 0, reserved: 0 });
    }
    await expectSoundBooks();
  });

  test('a payment after expiry takes the goods again when they are there, else says so', async () => {
    const skuId = await oneSku(2);
    const [early, late] = [await reserve(skuId, 2), newReference()];
    expect(await db.asStaff((ctx) => expireReservations(later(ctx)))).toContain(early);
    await reserve(skuId, 1, late);
    await expect(db.asStaff((ctx) => commitReservation(ctx, { reference: early }))).rejects.toBeInstanceOf(OutOfStock);
    await db.asStaff((ctx) => releaseReservation(ctx, { reference: late }));
    await db.asStaff((ctx) => commitReservation(ctx, { reference: early }));
    expect(await levelOf(skuId)).toMatchObject({ onHand: 0, reserved: 0 });
    await expectSoundBooks();
  });

  test('the minutely job expires what is due for every tenant and nothing else', async () => {
    const skuId = await oneSku(5);
    const [due, fresh] = [await reserve(skuId, 1), await reserve(skuId, 1)];
    const admin = await db.admin();
    await admin.query(
      `update catalog.reservations set held_at = now() - interval '2 h', expires_at = now() - interval '1 h' where reference = $1`,
      [due],
    );
    await admin.end();
    const signal = new AbortController().signal;
    await expireAllReservations({ database: db.database, services: db.services, signal, logger: undefined as never });
    expect(await levelOf(skuId)).toMatchObject({ reserved: 1 });
    await db.asStaff((ctx) => commitReservation(ctx, { reference: fresh }));
  });
});

describe('booking stock', () => {
  test('a count below what is promised is refused, a count above it is booked as a move', async () => {
    const skuId = await oneSku(5);
    await reserve(skuId, 3);
    const count = (quantity: number) => db.asStaff((ctx) => countStock(ctx, { skuId, locationId: 1, quantity }));
    await expect(count(2)).rejects.toBeInstanceOf(StockBelowReserved);
    await count(4);
    await count(4);
    expect(await levelOf(skuId)).toMatchObject({ onHand: 4, reserved: 3, available: 1 });
    await expectSoundBooks();
  });

  test('goods cannot leave that are not there', async () => {
    const skuId = await oneSku(1);
    const attempt = db.asStaff((ctx) => changeStock(ctx, [{ skuId, locationId: 1, quantity: -2, reason: 'damaged' }]));
    await expect(attempt).rejects.toBeInstanceOf(OutOfStock);
  });

  test('one location that has everything is preferred to two that share it', async () => {
    const [a, b] = (await db.asStaff((ctx) => stockedSkus(ctx, [5, 0]))) as [string, string];
    await db.asStaff(async (ctx) => {
      await ctx.tx.execute(
        `insert into catalog.locations (tenant_id, location_id, kind, name, priority) values ($1, 2, 'warehouse', '分仓', 200)`,
        [ctx.tenantId],
      );
      await changeStock(
        ctx,
        [a, b].map((skuId) => ({ skuId, locationId: 2, quantity: 5, reason: 'received' })),
      );
    });
    const plan = await db.asStaff((ctx) =>
      planLocations(
        ctx,
        [a, b].map((skuId) => ({ skuId, quantity: 1 })),
      ),
    );
    expect(plan.map((line) => line.locationId)).toEqual([2, 2]);
    const alone = await db.asStaff((ctx) => planLocations(ctx, [{ skuId: a, quantity: 1 }]));
    expect(alone.map((line) => line.locationId)).toEqual([1]);
  });

  test('whatever happens in whatever order, nothing is sold twice and the books agree', async () => {
    const act = fc.record({
      kind: fc.constantFrom('reserve', 'commit', 'release', 'expire', 'receive', 'count'),
      order: fc.integer({ min: 0, max: 5 }),
      quantity: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
        const skuId = await oneSku(6);
        const run = newReference();
        let received = 6;
        for (const { kind, order, quantity } of acts) {
          const reference = `${run}:${order}`;
          const line = { skuId, locationId: 1, quantity };
          try {
            await db.asStaff(async (ctx) => {
              if (kind === 'reserve')
                await reserveStock(ctx, { reference, lines: [line], expiresAt: inTenMinutes(ctx) });
              if (kind === 'commit') await commitReservation(ctx, { reference });
              if (kind === 'release') await releaseReservation(ctx, { reference });
              if (kind === 'expire') await expireReservations(later(ctx));
              if (kind === 'count') await countStock(ctx, line);
              if (kind === 'receive') await changeStock(ctx, [{ ...line, reason: 'received' }]);
            });
            if (kind === 'receive') received += quantity;
          } catch (error) {
            expect(error).toHaveProperty('status');
          }
        }
        const [sums] = await db.asStaff((ctx) =>
          ctx.tx.query<{ on_hand: number; counted: number; sold: number }>(
            `select (select on_hand from catalog.stock where tenant_id = $1 and sku_id = $2) as on_hand,
                    coalesce(sum(quantity) filter (where reason = 'counted'), 0)::int as counted,
                    coalesce(-sum(quantity) filter (where reason = 'sold'), 0)::int as sold
               from catalog.stock_moves where tenant_id = $1 and sku_id = $2`,
            [ctx.tenantId, skuId],
          ),
        );
        expect(sums?.on_hand).toBe(received + (sums?.counted ?? 0) - (sums?.sold ?? 0));
        await expectSoundBooks();
      }),
      { numRuns: 15 },
    );
  });
});
