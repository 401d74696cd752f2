import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { openBrowser } from './support/browser.ts';
import { administrator } from './support/product.ts';
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

/** An answer of the API with this visitor's cookies and device, as the page itself would get it. */
async function api<T>(page: Page, path: string): Promise<T> {
  const { status, body } = await page.evaluate(async (address) => {
    const device = localStorage.getItem('shuke.device');
    const reply = await fetch(address, { headers: device === null ? {} : { 'x-device-id': device } });
    return { status: reply.status, body: await reply.json() };
  }, path);
  expect(status, `${path}: ${JSON.stringify(body)}`).toBe(200);
  return body as T;
}

async function signInToMall(page: Page, phone: string): Promise<number> {
  await page.goto('/mall/#/pages/sign-in/index');
  await page.getByLabel('手机号').fill(phone);
  await page.getByRole('button', { name: '获取验证码' }).click();
  const shown = await page.getByText(/演示验证码：\d{6}/).textContent();
  await page.getByLabel('验证码').fill(/\d{6}/.exec(shown ?? '')?.[0] ?? '');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL((url) => !url.hash.includes('sign-in'));
  const { member } = await until(
    'signed in',
    () => api<{ member: { customerId: number } | null }>(page, '/api/mall/me'),
    (answer) => answer.member !== null,
  );
  return member?.customerId ?? 0;
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
  await page.goto('/console/');
  await page.getByLabel('账号').fill(administrator.login);
  await page.getByLabel('密码').fill(administrator.password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('navigation').first().waitFor();
  return page;
}

async function shareProduct(page: Page, productId: string): Promise<string> {
  await page.goto(`/mall/#/pages/product/index?id=${productId}`);
  await page.getByRole('button', { name: '分享赚' }).click();
  const link = page.getByRole('dialog').getByText(/https?:\/\/\S+\/s\/\w+/);
  await link.waitFor();
  return /https?:\/\/\S+/.exec((await link.textContent()) ?? '')?.[0] ?? '';
}

/** Coupon, cart, address, checkout and the sandbox cashier, all on screen; answers with the order's id. */
async function buy(page: Page, link: string): Promise<string> {
  await page.goto('/mall/#/pages/coupons/index');
  await page.getByRole('tab', { name: '可领取' }).click();
  await page.getByRole('button', { name: '领取: 新客满 199 减 30' }).click();
  await until(
    'coupon claimed',
    () => api<{ items: unknown[] }>(page, '/api/mall/coupons?state=usable'),
    ({ items }) => items.length === 1,
  );
  await page.goto('/mall/#/pages/address/index');
  for (const [label, text] of [
    ['收货人', '林小满'],
    ['手机号', '13900001234'],
    ['省份', '浙江省'],
    ['城市', '杭州市'],
    ['区县', '西湖区'],
    ['详细地址', '文三路 1 号'],
  ] as const) {
    await page.getByLabel(label).fill(text);
  }
  await page.getByRole('button', { name: '保存' }).click();
  await until(
    'address saved',
    () => api<{ items: unknown[] }>(page, '/api/mall/addresses'),
    ({ items }) => items.length === 1,
  );
  await page.goto(link);
  await page.getByRole('button', { name: '加入购物车' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '加入购物车' }).click();
  await until(
    'in the cart',
    () => api<{ quantity: number }>(page, '/api/mall/cart'),
    ({ quantity }) => quantity === 1,
  );
  await page.goto('/mall/#/pages/checkout/index');
  await page.getByText('已选最优，省 ¥30').waitFor();
  await page.getByRole('button', { name: '提交订单' }).click();
  await page.getByRole('button', { name: /^付款/ }).click();
  await page.getByText('支付成功').waitFor();
  const { items } = await api<{ items: { orderId: string }[] }>(page, '/api/mall/orders?limit=1');
  return items[0]?.orderId ?? '';
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
      () => api<{ groups: { customers: number }[] }>(page, '/api/rfm'),
      (answer) => answer.groups.length > 0,
    );
    const customers = groups.reduce((sum, group) => sum + group.customers, 0);
    expect(customers).toBeGreaterThan(100);
  });

  test('a shared product brings a buyer; the sharer’s commission and the cockpit show it', async () => {
    const staff = await openConsole();
    const before = await api<Cockpit>(staff, `/api/insights/cockpit?${todayOnly()}`);

    const sharer = await visitor(phoneSize);
    const sharerId = await signInToMall(sharer, newPhone());
    const found = await api<{ items: { productId: string; title: string }[] }>(
      sharer,
      `/api/mall/products?search=${encodeURIComponent(goods.code)}`,
    );
    const link = await shareProduct(sharer, found.items[0]?.productId ?? '');

    const buyer = await visitor(phoneSize);
    await buyer.goto(link);
    await buyer.getByRole('heading', { name: goods.code }).waitFor();
    const buyerId = await signInToMall(buyer, newPhone());
    expect(buyerId).not.toBe(sharerId);
    const orderId = await buy(buyer, link);

    const order = await api<{ state: string; totals: Record<string, number> }>(buyer, `/api/mall/orders/${orderId}`);
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
      () => api<{ pendingMinor: number; orders: unknown[] }>(sharer, '/api/mall/earnings'),
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
      () => api<Cockpit>(staff, `/api/insights/cockpit?${todayOnly()}`),
      ({ figures }) =>
        figures['commission']?.value === (before.figures['commission']?.value ?? 0) + goods.commissionFen,
    );
    const grew = (figure: string) => (cockpit.figures[figure]?.value ?? 0) - (before.figures[figure]?.value ?? 0);
    expect(grew('gmv')).toBe(goods.goodsFen - goods.couponFen);
    expect(grew('orders')).toBe(1);
    expect(grew('shared_orders')).toBe(1);
    expect(grew('coupons_used')).toBe(1);
    const people = await api<People>(staff, `/api/insights/cockpit/people?figure=commission&limit=200&${todayOnly()}`);
    expect(people.items).toContainEqual(
      expect.objectContaining({ customerId: sharerId, count: 1, amountMinor: goods.commissionFen }),
    );
    await staff.goto(`/console/cockpit?from=${today()}&until=${today()}&figure=commission`);
    await staff.getByRole('dialog').getByText('¥13.40').first().waitFor();
  });
});
