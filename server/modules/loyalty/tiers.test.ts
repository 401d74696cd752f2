import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { setDefinitionStatus } from '#platform/definitions';

import { judge } from './condition.ts';
import { grantTier } from './grant-tier.ts';
import { listMembers, listTierChanges, readStanding, tiersOf } from './members.ts';
import { ProgrammeContent, programmeKind, starterProgramme } from './programme.ts';
import { rehearseProgramme } from './rehearse-programme.ts';
import { renewTiers, watchInactivity } from './renew-tiers.ts';
import { readLiability, readTierReport } from './reports.ts';
import { readRunning } from './running.ts';
import { at, openShop } from './testing/shop.ts';
import type { Shop } from './testing/shop.ts';

let shop: Shop;
let published: string[] = [];
beforeAll(async () => {
  shop = await openShop();
});
afterEach(async () => {
  for (const id of published) await shop.db.asStaff((ctx) => setDefinitionStatus(ctx, programmeKind, id, 'archived'));
  published = [];
});
afterAll(() => shop.db.close());

async function publish(content: Record<string, unknown>): Promise<string> {
  const id = await shop.publish(content);
  published.push(id);
  return id;
}
let nextBuyer = 0;
const someone = () => `tier-buyer-${(nextBuyer += 1)}`;
const year = { kind: 'calendar_year' };
const ladder = (more: Record<string, unknown> = {}) => ({
  tiers: [
    { code: 'base', name: '普通', entry: { kind: 'everyone' } },
    { code: 'silver', name: '银卡', entry: { kind: 'spend', atLeastMinor: 500_000, window: year } },
    { code: 'gold', name: '金卡', entry: { kind: 'spend', atLeastMinor: 1_000_000, window: year } },
    { code: 'black', name: '黑金', entry: { kind: 'granted' } },
  ],
  ...more,
});

describe('a tier', () => {
  test('¥5,000 in a calendar year is silver, at once, with the reason and one event', async () => {
    await publish(ladder());
    const buyer = someone();
    const { customerId } = await shop.buy(buyer, 499_999, at('2025-03-01'));
    expect(await shop.tierOf(customerId)).toBe('base');
    await shop.buy(buyer, 1, at('2025-12-31', 23));
    expect(await shop.tierOf(customerId)).toBe('silver');
    const [change] = await shop.within(at('2026-01-01'), (ctx) => listTierChanges(ctx, customerId));
    expect(change).toMatchObject({
      fromTier: 'base',
      toTier: 'silver',
      cause: 'reached',
      progress: [{ kind: 'spend', window: 'calendar_year', reached: 500_000, needed: 500_000 }],
    });
    expect(await shop.announced('Tier Changed', customerId)).toMatchObject([
      { tier: 'base' },
      { tier: 'silver', previous_tier: 'base', direction: 'up', reason: 'reached' },
    ]);
  });

  test('spending of two calendar years does not add up', async () => {
    await publish(ladder());
    const buyer = someone();
    const { customerId } = await shop.buy(buyer, 300_000, at('2024-12-31', 23));
    await shop.buy(buyer, 300_000, at('2025-01-01', 0));
    expect(await shop.tierOf(customerId)).toBe('base');
  });

  test('first order is a base member, the fourth (third repeat) is gold VIP, and ¥888 in all unlocks the service channel', async () => {
    const programmeId = await publish({
      tiers: [
        { code: 'base', name: '会员', entry: { kind: 'orders', atLeast: 1 } },
        { code: 'gold', name: '金卡VIP', entry: { kind: 'orders', atLeast: 4 } },
      ],
      benefits: [
        {
          code: 'service',
          name: '专属服务通道',
          kind: 'dedicated_service',
          unlock: { kind: 'spend', atLeastMinor: 88_800 },
        },
      ],
    });
    const buyer = someone();
    const { customerId } = await shop.buy(buyer, 20_000, at('2025-01-01'));
    expect(await shop.tierOf(customerId)).toBe('base');
    await shop.buy(buyer, 20_000, at('2025-01-02'));
    await shop.buy(buyer, 20_000, at('2025-01-03'));
    expect(await shop.tierOf(customerId)).toBe('base');
    await shop.buy(buyer, 20_000, at('2025-01-04'));
    expect(await shop.tierOf(customerId)).toBe('gold');
    const benefits = async () =>
      (await shop.within(at('2025-02-01'), (ctx) => readStanding(ctx, customerId))).memberships.find(
        (one) => one.programmeId === programmeId,
      )?.benefits;
    expect(await benefits()).toEqual([]);
    await shop.buy(buyer, 8_800, at('2025-01-05'));
    expect(await benefits()).toMatchObject([{ code: 'service' }]);
  });

  test('gained only by a refunded order is taken back at once', async () => {
    await publish(ladder());
    const buyer = someone();
    const { customerId } = await shop.buy(buyer, 100_000, at('2025-03-01'));
    const large = await shop.buy(buyer, 950_000, at('2025-03-02'));
    expect(await shop.tierOf(customerId)).toBe('gold');
    await shop.refund(large, 'r', 500_000, at('2025-03-05'));
    expect(await shop.tierOf(customerId)).toBe('silver');
    await shop.refund(large, 'r', 950_000, at('2025-03-06'));
    expect(await shop.tierOf(customerId)).toBe('base');
    expect(
      (await shop.within(at('2025-04-01'), (ctx) => listTierChanges(ctx, customerId))).map(({ cause }) => cause),
    ).toEqual(['refund', 'refund', 'reached', 'reached']);
  });

  test('is kept when a refund concerns other purchases than those that reached it', async () => {
    await publish(ladder());
    const buyer = someone();
    const { customerId } = await shop.buy(buyer, 500_000, at('2025-12-30'));
    const next = await shop.buy(buyer, 10_000, at('2026-01-02'));
    await shop.refund(next, 'r', 10_000, at('2026-01-03'));
    expect(await shop.tierOf(customerId)).toBe('silver');
  });

  test('is taken back only at its end when the programme says so', async () => {
    const programmeId = await publish(ladder({ takeBack: 'at_end', validityMonths: 1 }));
    const bought = await shop.buy(someone(), 500_000, at('2025-03-01'));
    await shop.refund(bought, 'r', 500_000, at('2025-03-02'));
    expect(await shop.tierOf(bought.customerId)).toBe('silver');
    await shop.within(at('2025-04-02'), async (ctx) => {
      const running = await readRunning(ctx);
      const programme = running.programmes.find((one) => one.programmeId === programmeId);
      if (programme) await renewTiers(ctx, running, programme);
    });
    expect(await shop.tierOf(bought.customerId)).toBe('base');
  });

  test('granted by hand lasts until its time, whatever is refunded, and falls back afterwards', async () => {
    const programmeId = await publish(ladder());
    const bought = await shop.buy(someone(), 600_000, at('2025-03-01'));
    const { customerId } = bought;
    await shop.within(at('2025-03-02'), (ctx) =>
      grantTier(ctx, { programmeId, customerId, tierCode: 'black', until: at('2025-06-01'), note: '购买黑金卡' }),
    );
    await shop.refund(bought, 'r', 300_000, at('2025-03-03'));
    expect(await shop.tierOf(customerId)).toBe('black');
    const renew = (now: Date) =>
      shop.within(now, async (ctx) => {
        const running = await readRunning(ctx);
        for (const programme of running.programmes) await renewTiers(ctx, running, programme);
      });
    await renew(at('2025-05-31'));
    expect(await shop.tierOf(customerId)).toBe('black');
    await renew(at('2025-06-02'));
    expect(await shop.tierOf(customerId)).toBe('base');
    await expect(
      shop.within(at('2025-06-02'), (ctx) =>
        grantTier(ctx, { programmeId, customerId, tierCode: 'platinum', until: at('2025-07-01'), note: 'x' }),
      ),
    ).rejects.toMatchObject({ code: 'unknown_tier' });
  });

  test('is renewed by the purchases of its period, else lost at its end', async () => {
    const programmeId = await publish(ladder({ validityMonths: 12 }));
    const [loyal, gone] = [someone(), someone()];
    const [a, b] = [await shop.buy(loyal, 500_000, at('2025-03-01')), await shop.buy(gone, 500_000, at('2025-03-01'))];
    await shop.buy(loyal, 500_000, at('2025-11-01'));
    const renew = (now: Date) =>
      shop.within(now, async (ctx) => {
        const running = await readRunning(ctx);
        const programme = running.programmes.find((one) => one.programmeId === programmeId);
        return programme ? renewTiers(ctx, running, programme) : 0;
      });
    expect(await renew(at('2026-03-01', 23))).toBe(0);
    await renew(at('2026-03-02', 0));
    expect(await shop.tierOf(a.customerId)).toBe('gold');
    expect(await shop.tierOf(b.customerId)).toBe('silver');
    await renew(at('2027-03-03'));
    expect(await shop.tierOf(b.customerId)).toBe('base');
  });

  test('with an inactivity rule is observed with a notice, then one down; an order ends the observation', async () => {
    const programmeId = await publish({
      tiers: [
        { code: 'base', name: '普通', entry: { kind: 'everyone' } },
        {
          code: 'silver',
          name: '银卡',
          entry: { kind: 'spend', atLeastMinor: 500_000 },
          inactivity: { days: 90, observeDays: 30 },
        },
      ],
    });
    const [idle, back] = [someone(), someone()];
    const [a, b] = [await shop.buy(idle, 500_000, at('2025-01-01')), await shop.buy(back, 500_000, at('2025-01-01'))];
    const watch = (now: Date) =>
      shop.within(now, async (ctx) => {
        const running = await readRunning(ctx);
        const programme = running.programmes.find((one) => one.programmeId === programmeId);
        if (programme) await watchInactivity(ctx, running, programme);
      });
    await watch(at('2025-03-31'));
    expect(await shop.announced('Tier At Risk', a.customerId)).toEqual([]);
    await watch(at('2025-04-02'));
    await watch(at('2025-04-03'));
    expect(await shop.announced('Tier At Risk', a.customerId)).toHaveLength(1);
    await shop.buy(back, 100, at('2025-04-10'));
    await watch(at('2025-04-11'));
    await watch(at('2025-05-03'));
    expect(await shop.tierOf(a.customerId)).toBe('base');
    expect(await shop.tierOf(b.customerId)).toBe('silver');
  });
});

describe('a merge', () => {
  test('adds purchases up and keeps the higher tier; a split takes back what only the other’s purchases had reached', async () => {
    await publish(ladder());
    const [a, b] = [
      await shop.buy(someone(), 300_000, at('2025-03-01')),
      await shop.buy(someone(), 300_000, at('2025-03-02')),
    ];
    const move = async (
      name: 'Customer Merged' | 'Customer Split',
      from: number,
      to: number,
      origin: number,
      owner: number,
    ) => {
      await shop.within(at('2025-04-01'), (ctx) =>
        ctx.tx.execute(`update orders.orders set customer_id = $1 where origin_customer_id = $2`, [owner, origin]),
      );
      await shop.deliver(at('2025-04-01'), [{ name, properties: { from_customer_id: from, to_customer_id: to } }]);
    };
    await move('Customer Merged', b.customerId, a.customerId, b.customerId, a.customerId);
    expect(await shop.tierOf(a.customerId)).toBe('silver');
    expect(await shop.tierOf(b.customerId)).toBeNull();
    await move('Customer Split', a.customerId, b.customerId, b.customerId, b.customerId);
    expect(await shop.tierOf(a.customerId)).toBe('base');
    expect(await shop.tierOf(b.customerId)).toBe('base');
  });
});

describe('a member', () => {
  test('sees the tier, what is missing for the next, points and what expires', async () => {
    await publish(ladder());
    const { customerId } = await shop.buy(someone(), 488_000, at('2025-03-01'));
    const standing = await shop.within(at('2025-04-01'), (ctx) => readStanding(ctx, customerId));
    expect(standing).toMatchObject({
      memberships: [
        {
          tier: { code: 'base', name: '普通' },
          next: { code: 'silver', missing: [{ kind: 'spend', reached: 488_000, needed: 500_000 }] },
        },
      ],
      points: { balance: 4_880, available: 4_880 },
      expiring: [{ points: 4_880, expiresAt: new Date('2026-03-01T15:59:59.999Z') }],
    });
  });

  test('of a higher tier earns at its multiplier from the next order on', async () => {
    await publish(
      ladder({
        tiers: ladder().tiers.map((tier) => (tier.code === 'silver' ? { ...tier, pointsMultiplierBps: 15_000 } : tier)),
      }),
    );
    const buyer = someone();
    const { customerId } = await shop.buy(buyer, 500_000, at('2025-03-01'));
    expect((await shop.pointsOf(customerId, at('2025-03-02'))).balance).toBe(5_000);
    await shop.buy(buyer, 10_000, at('2025-03-02'));
    expect((await shop.pointsOf(customerId, at('2025-03-02'))).balance).toBe(5_150);
  });
});

describe('the console', () => {
  test('lists members by tier, reports per tier, and the liability by month', async () => {
    const programmeId = await publish(ladder());
    const [a, b] = [
      await shop.buy(someone(), 600_000, at('2025-07-01')),
      await shop.buy(someone(), 10_000, at('2025-07-02')),
    ];
    await shop.refund(b, 'r', 4_000, at('2025-08-02'));
    const now = at('2025-08-03');
    const programme = (await shop.within(now, (ctx) => readRunning(ctx))).programmes.find(
      (one) => one.programmeId === programmeId,
    );
    if (!programme) throw new Error('not published');
    const report = await shop.within(now, (ctx) =>
      readTierReport(ctx, programme, { from: at('2025-07-01', 0), until: at('2025-08-01', 0) }),
    );
    expect(report.find(({ tierCode }) => tierCode === 'silver')).toMatchObject({
      members: 1,
      buyers: 1,
      orders: 1,
      spendMinor: 600_000,
      reached: 1,
    });
    const liability = await shop.within(now, (ctx) => readLiability(ctx));
    expect(liability.months.find(({ monthOn }) => monthOn === '2025-07-01')).toMatchObject({
      earned: 6_100,
      clawedBack: 0,
    });
    expect(liability.months.find(({ monthOn }) => monthOn === '2025-08-01')).toMatchObject({ clawedBack: 40 });
    expect(liability.outstanding).toBe(liability.issued - liability.redeemed - liability.expired);
    expect(await shop.within(now, (ctx) => tiersOf(ctx, [a.customerId, b.customerId]))).toEqual(
      new Map([
        [a.customerId, 'silver'],
        [b.customerId, 'base'],
      ]),
    );
    const listed = await shop.within(now, (ctx) =>
      listMembers(ctx, { programmeId, tierCode: 'silver', after: 0, limit: 10 }),
    );
    expect(listed.map(({ customerId, points }) => [customerId, points?.balance])).toEqual([[a.customerId, 6_000]]);
  });

  test('a rehearsal counts who would be where, and changes nothing', async () => {
    const programmeId = await publish(ladder());
    const { customerId } = await shop.buy(someone(), 450_000, at('2025-09-01'));
    const easier = ProgrammeContent.parse(
      ladder({
        tiers: ladder().tiers.map((tier) =>
          tier.code === 'silver' ? { ...tier, entry: { kind: 'spend', atLeastMinor: 450_000, window: year } } : tier,
        ),
      }),
    );
    const rehearsal = await shop.within(at('2025-09-02'), (ctx) => rehearseProgramme(ctx, programmeId, easier));
    expect(rehearsal.tiers.find(({ tierCode }) => tierCode === 'silver')?.members).toBeGreaterThan(0);
    expect(await shop.tierOf(customerId)).toBe('base');
  });
});

describe('a programme', () => {
  test('the usual ladder is valid', () => {
    expect(ProgrammeContent.safeParse(starterProgramme).success).toBe(true);
  });

  test('with a tier twice, or a benefit for an unknown tier, is not published', async () => {
    const twice = {
      tiers: [
        { code: 'a', name: 'A', entry: { kind: 'everyone' } },
        { code: 'a', name: 'B', entry: { kind: 'everyone' } },
      ],
    };
    await expect(shop.publish(twice)).rejects.toMatchObject({ code: 'not_publishable' });
    const unknown = {
      tiers: [{ code: 'a', name: 'A', entry: { kind: 'everyone' } }],
      benefits: [{ code: 'b', name: 'B', kind: 'price', tiers: ['z'] }],
    };
    await expect(shop.publish(unknown)).rejects.toMatchObject({ code: 'not_publishable' });
  });

  test('conditions nest with and / or, and say what is missing', () => {
    const facts = { spendMinor: { ever: 600 }, orders: { ever: 2 }, largestMinor: { ever: 400 } };
    const spend = { kind: 'spend' as const, atLeastMinor: 500, window: { kind: 'ever' as const } };
    const orders = { kind: 'orders' as const, atLeast: 3, window: { kind: 'ever' as const } };
    expect(judge({ kind: 'any', conditions: [spend, orders] }, facts)).toMatchObject({
      holds: true,
      progress: [{ kind: 'spend' }],
    });
    expect(judge({ kind: 'all', conditions: [spend, orders] }, facts)).toMatchObject({
      holds: false,
      progress: [{ kind: 'orders', reached: 2, needed: 3 }],
    });
  });
});
