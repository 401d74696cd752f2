import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { openBrowser } from './support/browser.ts';
import { addAddress, ask, buy, shareProduct, signInToMall } from './support/customer.ts';
import { signInToConsole } from './support/operator.ts';
import { until } from './support/until.ts';

const origin = inject('origin') ?? '';
const phoneSize = { width: 390, height: 844 };
const deskSize = { width: 1440, height: 900 };

/** First-stage formula, one pack: 298 yuan; the coupon takes 30 off from 199; a sharer with few new customers earns 5 %. */
const goods = { code: '初萌婴儿配方奶粉', goodsFen: 29_800, couponFen: 3_000, rateBps: 500, commissionFen: 1_340 };

let browser: Browser;
const contexts: BrowserContext[] = [];

async function visitor(viewport: { width: number; height: number }): Promise<Page> {
  const context = await browser.newContext({ baseURL: origin, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', viewport });
  context.setDefaultTimeout(20_000);
  contexts.push(context);
  return context.newPage();
}

const newPhone = () => `139${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;

beforeAll(async () => {
  if (origin !== '') browser = await openBrowser();
});
afterAll(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  await browser?.close();
});

interface Cockpit {
  readonly figures: Readonly<Record<string, { value: number }>>;
}
interface People {
  readonly items: readonly { customerId: number; count: number; amountMinor: number }[];
}

const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());
const todayOnly = () => `fromOn=${today()}&untilOn=${today()}`;

async function openConsole(): Promise<Page> {
  const page = await visitor(deskSize);
  await signInToConsole(page);
  return page;
}

async function claimCoupon(page: Page): Promise<void> {
  await page.goto('/mall/#/pages/coupons/index');
  await page.getByRole('tab', { name: '可领取' }).click();
  await page.getByRole('button', { name: '领取: 新客满 199 减 30' }).click();
  await until(
    'coupon claimed',
    () => ask<{ items: unknown[] }>(page, '/api/mall/coupons?state=usable'),
    ({ items }) => items.length === 1,
  );
}

describe.skipIf(origin === '')('the closed loop, in a browser', () => {
  test('staff sign in and see the demo brand: RFM, segments, journeys', async () => {
    const page = await openConsole();
    await page.goto('/console/segments');
    await page.getByText('高价值客户').first().waitFor();
    await page.goto('/console/journeys');
    await page.getByText('浏览未购挽回').first().waitFor();
    await page.goto('/console/rfm');
    await page.getByRole('heading', { level: 1 }).waitFor();
    const { groups } = await until(
      'an RFM run',
      () => ask<{ groups: { customers: number }[] }>(page, '/api/rfm'),
      (answer) => answer.groups.length > 0,
    );
    const customers = groups.reduce((sum, group) => sum + group.customers, 0);
    expect(customers).toBeGreaterThan(100);
  });

  test('a shared product brings a buyer; the sharer’s commission and the cockpit show it', async () => {
    const staff = await openConsole();
    // What the demo brand did today must have come all the way, or it would count as ours.
    await until(
      'the pipeline',
      () => ask<{ lanes: { commits: number }; outbox: { facts: number } }>(staff, '/api/collect/pipeline'),
      ({ lanes, outbox }) => lanes.commits === 0 && outbox.facts === 0,
    );
    const before = await ask<Cockpit>(staff, `/api/insights/cockpit?${todayOnly()}`);

    const sharer = await visitor(phoneSize);
    const sharerId = await signInToMall(sharer, newPhone());
    const found = await ask<{ items: { productId: string; title: string }[] }>(
      sharer,
      `/api/mall/products?search=${encodeURIComponent(goods.code)}`,
    );
    await sharer.goto(`/mall/#/pages/product/index?id=${found.items[0]?.productId}`);
    const link = await shareProduct(sharer);

    const buyer = await visitor(phoneSize);
    await buyer.goto(link);
    await buyer.getByRole('heading', { name: goods.code }).waitFor();
    const buyerId = await signInToMall(buyer, newPhone());
    expect(buyerId).not.toBe(sharerId);
    await claimCoupon(buyer);
    await addAddress(buyer);
    await buyer.goto(link);
    const { orderId } = await buy(buyer, { saving: '已选最优，省 ¥30' });

    const order = await ask<{ state: string; totals: Record<string, number> }>(buyer, `/api/mall/orders/${orderId}`);
    expect(order).toMatchObject({
      state: 'paid',
      totals: {
        goodsFen: goods.goodsFen,
        couponFen: goods.couponFen,
        freightFen: 0,
        payableFen: goods.goodsFen - goods.couponFen,
      },
    });

    const earnings = await until(
      'the commission',
      () => ask<{ pendingMinor: number; orders: unknown[] }>(sharer, '/api/mall/earnings'),
      ({ orders }) => orders.length > 0,
    );
    expect(earnings).toMatchObject({
      pendingMinor: goods.commissionFen,
      payableMinor: 0,
      orders: [
        {
          orderId,
          state: 'estimated',
          rateBps: goods.rateBps,
          keptBaseMinor: goods.goodsFen - goods.couponFen,
          amountMinor: goods.commissionFen,
        },
      ],
    });

    const cockpit = await until(
      'the cockpit',
      () => ask<Cockpit>(staff, `/api/insights/cockpit?${todayOnly()}`),
      ({ figures }) =>
        figures['commission']?.value === (before.figures['commission']?.value ?? 0) + goods.commissionFen,
    );
    const grew = (figure: string) => (cockpit.figures[figure]?.value ?? 0) - (before.figures[figure]?.value ?? 0);
    expect(grew('gmv')).toBe(goods.goodsFen - goods.couponFen);
    expect(grew('orders')).toBe(1);
    expect(grew('shared_orders')).toBe(1);
    expect(grew('coupons_used')).toBe(1);
    const people = await ask<People>(staff, `/api/insights/cockpit/people?figure=commission&limit=200&${todayOnly()}`);
    expect(people.items).toContainEqual(
      expect.objectContaining({ customerId: sharerId, count: 1, amountMinor: goods.commissionFen }),
    );
    await staff.goto(`/console/cockpit?from=${today()}&until=${today()}&figure=commission`);
    await staff.getByRole('dialog').getByText('¥13.40').first().waitFor();
  });
});
