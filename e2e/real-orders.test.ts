import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

import pg from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { findRunning } from '../server/platform/engines/running.ts';
import { openBrowser } from './support/browser.ts';
import { addAddress, buy, shareProduct, signInToMall } from './support/customer.ts';
import { addNode, choose, confirm, figureOf, fillNumber, signInToConsole } from './support/operator.ts';
import { demoEnvironment, startProduct } from './support/product.ts';
import type { RunningProduct } from './support/product.ts';
import { retailFigures } from './support/retail-figures.ts';
import type { RetailFigures } from './support/retail-figures.ts';

const repository = resolve(import.meta.dirname, '..');
const file = resolve(repository, '../shared/data/online-retail/online_retail_2010-12_2011-06.csv');
const lacks = !existsSync(file)
  ? `the public data set is not at ${file}`
  : inject('origin') === null
    ? 'no browser or no front ends'
    : null;
if (lacks !== null) process.stderr.write(`▸ skipping the loop on real orders: ${lacks}\n`);

const group = '重要挽留客户';
const run = Math.random().toString(36).slice(2, 7);
const names = {
  segment: `真实订单·${group} ${run}`,
  coupon: `回来看看满 100 减 20 ${run}`,
  message: `好久不见 ${run}`,
  journey: `挽留旅程 ${run}`,
  product: `手工蜡烛 ${run}`,
  plan: `推广大使 ${run}`,
};
const phoneOf = (prefix: string) => `${prefix}${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;
const buyer = { phone: phoneOf('138'), name: '史密斯', address: '' };
const sharer = { phone: phoneOf('137') };

let figures: RetailFigures;
let product: RunningProduct | undefined;
let folder: string | undefined;
let browser: Browser;
let staff: Page;
const contexts: BrowserContext[] = [];
let shots: string;
let link = '';
const orders: { orderNo: string; address: string }[] = [];

async function open(width: number, height: number): Promise<Page> {
  const context = await browser.newContext({
    baseURL: process.env['SHUKE_E2E_RETAIL_ORIGIN'] ?? product?.origin ?? '',
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width, height },
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(20_000);
  contexts.push(context);
  return context.newPage();
}

const patience = { timeout: 20_000 };
const look = (page: Page, name: string) => page.screenshot({ path: join(shots, `${name}.png`) });
/** The first order at 5 % of what was paid, the second, beyond the first step, at 8 %. */
const commission = { first: 895, second: 1_592, total: 2_487 };
const yuan = (fen: number) => `¥${(fen / 100).toLocaleString('en', { minimumFractionDigits: 2 })}`;
const pounds = (pence: number) =>
  `${pence < 0 ? '-' : ''}£${(Math.abs(pence) / 100).toLocaleString('en', { minimumFractionDigits: 2 })}`;
const count = (value: number) => value.toLocaleString('en');
const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());

/** Runs `npx shuke …` as a user would and answers with what it printed. */
async function shuke(args: readonly string[], dataDir: string): Promise<string> {
  const { HOME, PATH } = process.env;
  const child = spawn('npx', ['shuke', ...args], {
    cwd: repository,
    env: { HOME, PATH, SHUKE_DATA: dataDir, ...demoEnvironment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, faults, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code !== 0) throw new Error(`shuke ${args.join(' ')}: ${said}${faults}`);
  return said;
}

describe.skipIf(lacks !== null)('the closed loop on real orders', () => {
  let printed = '';
  beforeAll(async () => {
    shots = process.env['SHUKE_E2E_SHOTS'] ?? (await mkdtemp(join(tmpdir(), 'shuke-real-orders-')));
    figures = await retailFigures(file);
    if (process.env['SHUKE_E2E_RETAIL_ORIGIN'] === undefined) {
      folder = await mkdtemp(join(tmpdir(), 'shuke-e2e-real-'));
      printed = await shuke(['import', file], folder);
      product = await startProduct(folder);
    }
    browser = await openBrowser();
    staff = await open(1280, 900);
    await signInToConsole(staff);
  }, 420_000);
  afterAll(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    await browser?.close();
    await product?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  test.skipIf(process.env['SHUKE_E2E_RETAIL_ORIGIN'] !== undefined)(
    'the command line says what became of the file',
    () => {
      expect(printed).toContain(`${figures.lines} rows in`);
      expect(printed).toContain(`${figures.invoices} new, 0 changed, 0 unchanged`);
      expect(printed).toContain('rejected  0 rows');
      expect(printed).toMatch(/champions\s+\d+ customers/);
    },
  );

  test('the order pool shows the sums of the file, its cancelled, free and repeated lines', async () => {
    const page = staff;
    const shown = async (query: string) => {
      await page.goto(`/console/orders?${query}`);
      return [await figureOf(page, '订单数'), await figureOf(page, '有效销售额')];
    };
    const { sales, cancelled } = figures;
    expect(await shown('channel=online_retail')).toEqual([
      count(figures.invoices),
      pounds(sales.countedPence + cancelled.countedPence),
    ]);
    await look(page, 'orders');
    expect(await shown('kind=sale&channel=online_retail')).toEqual([count(sales.orders), pounds(sales.countedPence)]);
    expect(await shown('kind=return')).toEqual([count(cancelled.orders), pounds(cancelled.countedPence)]);
    expect(await shown('kind=adjustment')).toEqual([count(figures.adjustments), pounds(0)]);
    expect(await shown('flag=zero_price')).toEqual([count(figures.freeOrders), pounds(0)]);

    const { invoiceNo, duplicates, countedPence } = figures.mostDuplicates;
    await page.goto(`/console/orders?search=${invoiceNo}`);
    await page.getByRole('link', { name: invoiceNo }).click();
    await page.getByRole('table').getByText('重复行').first().waitFor();
    expect(await page.getByRole('table').getByText('重复行').count()).toBe(duplicates);
    await look(page, 'order');
    await page.getByRole('tab', { name: '清洗结果' }).click();
    await page.getByText(pounds(countedPence)).waitFor();
  });

  test('the RFM page shows the cells, the groups and each person’s scores as computed by hand', async () => {
    const page = staff;
    await page.goto('/console/rfm');
    const cells = page.getByRole('table').getByRole('link');
    await cells.first().waitFor();
    await look(page, 'rfm');
    expect(await figureOf(page, '已打分客户')).toBe(count(figures.rfm.customers));
    expect(await figureOf(page, '消费总额')).toBe(
      pounds([...figures.rfm.groups.values()].reduce((sum, { pence }) => sum + pence, 0)),
    );
    await page.getByText(`截至 ${figures.rfm.asOfOn}`).waitFor();
    const titles = await cells.evaluateAll((links) => links.map((one) => one.getAttribute('title') ?? ''));
    const expected = [5, 4, 3, 2, 1].flatMap((f) =>
      [1, 2, 3, 4, 5].map((r) => {
        const cell = figures.rfm.matrix.get(`${r} ${f}`) ?? { customers: 0, pence: 0 };
        return `最近 ${r} 分，频次 ${f} 分：${count(cell.customers)} 位客户，${pounds(cell.pence)}`;
      }),
    );
    expect(titles).toEqual(expected);
    for (const [name, { customers }] of figures.rfm.groups)
      await page.getByRole('link', { name: new RegExp(`${name}.*${count(customers)}`) }).waitFor();

    await page.getByRole('link', { name: new RegExp(group) }).click();
    const drawer = page.getByRole('dialog');
    const people: string[] = [];
    for (;;) {
      await drawer.locator('.ant-table-row').first().waitFor();
      people.push(...(await drawer.locator('.ant-table-row').evaluateAll(rowsAsScores)));
      const next = drawer.getByRole('button', { name: '下一页' });
      if ((await next.count()) === 0 || (await next.isDisabled())) break;
      const first = await drawer.locator('.ant-table-row').first().textContent();
      await next.click();
      await expect.poll(() => drawer.locator('.ant-table-row').first().textContent(), patience).not.toBe(first);
    }
    await look(page, 'rfm-people');
    const wanted = [...figures.rfm.buyers.values()]
      .filter(([, , , r = 0, f = 0, m = 0]) => r < 4 && f < 4 && m >= 4)
      .map(([, orders, pence, r, f, m]) => `R${r}F${f}M${m} ${orders} ${pounds(pence ?? 0)}`);
    expect(people.toSorted()).toEqual(wanted.toSorted());
    buyer.address = (await drawer.getByRole('link').first().getAttribute('href')) ?? '';
  });

  test('the console offers the same mapping, and the same file again changes nothing', async () => {
    const page = staff;
    await page.goto('/console/order-imports?new=1');
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText('列的含义').waitFor({ timeout: 60_000 });
    await look(page, 'import-preview');
    await page.getByText('Online Retail').first().waitFor();
    for (const [meaning, column] of [
      ['订单号', 'InvoiceNo'],
      ['商品编码', 'StockCode'],
      ['商品名称', 'Description'],
      ['数量', 'Quantity'],
      ['单价', 'UnitPrice'],
      ['下单时间', 'InvoiceDate'],
      ['买家账号', 'CustomerID'],
      ['国家/地区', 'Country'],
    ] as const) {
      const row = page.getByRole('listitem').filter({ has: page.getByText(meaning, { exact: true }) });
      expect(await row.textContent()).toBe(`${meaning} ${column}`);
    }
    await page.getByText('这个文件在之前导入过').waitFor();
    await confirm(page, page.getByRole('button', { name: '开始导入' }), '开始导入');
    await page.getByText('已完成').first().waitFor({ timeout: 120_000 });
    await look(page, 'import-done');
    expect(await figureOf(page, '无变化')).toBe(count(figures.invoices));
    expect(await figureOf(page, '新增订单')).toBe('0');
    expect(await figureOf(page, '拒收行')).toBe('0');
  });

  test('staff add a phone to a customer of the file, so that the mall knows them again', async () => {
    const page = staff;
    await page.goto('/console/customers');
    if (process.env['SHUKE_E2E_RETAIL_ORIGIN'] === undefined)
      expect(await figureOf(page, '客户数')).toBe(count(figures.customers));
    await page.getByRole('button', { name: '新建客户' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('手机号').fill(buyer.phone);
    await form.getByLabel('姓名').fill(buyer.name);
    await form.getByRole('button', { name: '保存' }).click();
    await form.waitFor({ state: 'hidden' });
    await page.goto(`/console/customers?search=${buyer.phone}`);
    await page.getByRole('table').getByRole('link').first().click();
    await page.getByRole('heading', { level: 1, name: '史**' }).waitFor();
    const no =
      /#(\d+)/.exec(
        (await page
          .getByText(/^#\d+$/)
          .first()
          .textContent()) ?? '',
      )?.[1] ?? '';
    await page.goto(buyer.address);
    await page.getByRole('button', { name: '与其他客户合并' }).click();
    await page.getByRole('spinbutton', { name: '对方客户编号' }).fill(no);
    const merge = page.getByRole('button', { name: /^合\s*并$/ });
    await expect.poll(() => merge.isEnabled(), patience).toBe(true);
    await merge.click();
    const question = page.getByRole('dialog').filter({ visible: true });
    await question.getByRole('textbox').fill('客户来电留下手机号');
    await question.getByRole('button', { name: /^合\s*并$/ }).click();
    await question.waitFor({ state: 'hidden' });
    await page
      .getByText(`138****${buyer.phone.slice(-4)}`)
      .first()
      .waitFor();
    buyer.address = new URL(page.url()).pathname;
    await look(page, 'customer');
  });

  test('a segment is built from the group, and its live count is the group’s', async () => {
    const page = staff;
    await page.goto('/console/segments?new=1');
    const form = page.getByRole('dialog');
    await form.getByLabel('人群包').fill(names.segment);
    await form.getByRole('radio', { name: /所有已识别客户/ }).check();
    await form.getByRole('button', { name: '开始圈人' }).click();
    await page.waitForURL(/segments\/[\w-]{30}/);
    await choose(page, '条件类型', 'RFM 分组');
    await page.getByRole('combobox').last().click();
    await page.locator('.ant-select-item-option').filter({ hasText: group }).click();
    await page.keyboard.press('Escape');
    const expected = figures.rfm.groups.get(group)?.customers ?? 0;
    await expect
      .poll(() => page.locator('[aria-live=polite] strong').first().textContent(), patience)
      .toBe(count(expected));
    await look(page, 'segment');
    await page.getByRole('button', { name: /^发\s*布$/ }).click();
    const question = page.getByRole('dialog').filter({ visible: true });
    await question.getByText(`此刻 ${count(expected)} 位客户属于它`).waitFor();
    await question.getByRole('button', { name: /^发\s*布$/ }).click();
    await question.waitFor({ state: 'hidden' });
    await page.getByRole('tab', { name: new RegExp(`客户\\s*${count(expected)}`) }).waitFor();
  });

  test('a product, a coupon, a message and a stepped plan are made in the console', async () => {
    const page = staff;
    await page.goto('/console/products/new');
    await page.getByLabel('商品名称').fill(names.product);
    await page.getByLabel('商品编码').fill(`CANDLE-${run}`);
    const picture = await sharp({ create: { width: 600, height: 600, channels: 3, background: '#e9c46a' } })
      .png()
      .toBuffer();
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'candle.png', mimeType: 'image/png', buffer: picture });
    // Prices are typed while the picture is on its way; both must be there afterwards.
    await fillNumber(page.getByRole('spinbutton', { name: '划线价' }), 239);
    await fillNumber(page.getByRole('spinbutton', { name: '售价' }), 199);
    await page.getByRole('button', { name: '新建商品' }).click(); // Waits until the picture is there.
    await page.waitForURL(/products\/[\w-]{30}/);
    await page.getByRole('tab', { name: '库存' }).click();
    const place = page.getByRole('button', { name: '添加地点' });
    const book = page.locator('button:enabled', { hasText: '出入库' });
    await place.or(book).first().waitFor();
    if (await place.isVisible()) {
      await place.click();
      const form = page.getByRole('dialog');
      await form.getByLabel('名称').fill('总仓');
      await form.getByRole('button', { name: /^保\s*存$/ }).click();
      await form.waitFor({ state: 'hidden' });
    }
    await book.click();
    const booking = page.getByRole('dialog');
    await fillNumber(booking.getByRole('spinbutton', { name: '数量' }), 20);
    await booking.getByRole('button', { name: /^保\s*存$/ }).click();
    await booking.waitFor({ state: 'hidden' });
    await confirm(page, page.getByRole('button', { name: /^上\s*架$/ }), /^上\s*架$/);
    await page.getByText('在售').waitFor();
    await look(page, 'product');

    await page.goto('/console/coupons?new=1');
    const coupon = page.getByRole('dialog');
    await coupon.getByLabel('名称').fill(names.coupon);
    await fillNumber(coupon.getByRole('spinbutton', { name: '使用门槛' }), 100);
    await fillNumber(coupon.getByRole('spinbutton', { name: '减免金额' }), 20);
    await look(page, 'coupon-form');
    await coupon.getByRole('button', { name: '保存草稿' }).click();
    await page.waitForURL(/coupons\/[\w-]{30}/);
    await confirm(page, page.getByRole('button', { name: /^发\s*布$/ }), /^发\s*布$/);
    await page.getByText('发放中').waitFor();

    await page.goto('/console/message-templates?new=1');
    const message = page.getByRole('dialog');
    await message.getByLabel('模板', { exact: true }).fill(names.message);
    await message.getByLabel('标题').fill(names.message);
    await message.getByLabel('正文').fill('送你一张满 100 减 20 的券，回来看看。');
    await look(page, 'message-form');
    await message.getByRole('button', { name: /^保\s*存$/ }).click();
    await message.waitFor({ state: 'hidden' });

    await page.goto('/console/settlement/plans?new=1');
    const plan = page.getByRole('dialog');
    await plan.getByLabel('方案').fill(names.plan);
    await plan.getByRole('button', { name: '设置档位' }).click();
    await page.waitForURL(/plans\/[\w-]{30}/);
    await fillNumber(page.getByRole('spinbutton', { name: '到（含）' }).first(), 1);
    await fillNumber(page.getByRole('spinbutton', { name: '收货后多久可结算' }), 0);
    await look(page, 'plan');
    await confirm(page, page.getByRole('button', { name: /^发\s*布$/ }), /^发\s*布$/);
    await page.getByText('生效中').waitFor();
    expect(await page.getByRole('spinbutton', { name: '比例' }).evaluateAll(valuesOf)).toEqual([
      '5.00',
      '8.00',
      '12.00',
    ]);
  });

  test('a journey drawn on the canvas waits, gives the coupon and writes to everybody in the segment', async () => {
    const page = staff;
    // The test runs at any hour, the shop's customers are left alone at night.
    await page.goto('/console/messages');
    await page.getByRole('button', { name: '频次与免打扰' }).click();
    const settings = page.getByRole('dialog');
    await settings.getByRole('switch', { name: '免打扰时段' }).uncheck();
    await settings.getByRole('button', { name: /^保\s*存$/ }).click();
    await settings.waitFor({ state: 'hidden' });

    await page.goto('/console/journeys?new=1');
    const form = page.getByRole('dialog');
    await form.getByLabel('旅程').fill(names.journey);
    await form.getByRole('radio', { name: /空白画布/ }).check();
    await form.getByRole('button', { name: '打开画布' }).click();
    await page.waitForURL(/journeys\/[\w-]{30}/);
    await page.locator('.react-flow__node').click();
    const inspector = page.getByRole('complementary', { name: '节点设置' });
    await inspector.getByRole('radio', { name: '一次性，人群包里的所有人' }).check();
    await choose(inspector, '人群包', names.segment);
    await addNode(page, '等待');
    await choose(inspector, '单位', '分钟');
    await fillNumber(inspector.getByRole('spinbutton', { name: '时长' }), 1);
    await addNode(page, '发优惠券');
    await choose(inspector, '优惠券', names.coupon);
    await addNode(page, '发消息');
    await choose(inspector, '消息模板', names.message);
    await addNode(page, '离开');
    await look(page, 'journey');
    await page.getByRole('button', { name: /^发\s*布$/ }).click();
    const question = page.getByRole('dialog').filter({ visible: true });
    const expected = figures.rfm.groups.get(group)?.customers ?? 0;
    await question.getByText(`人群包里的 ${count(expected)} 位客户立即进入`).waitFor();
    await question.getByRole('button', { name: /^发\s*布$/ }).click();
    await question.waitFor({ state: 'hidden' });
    await expect
      .poll(() => page.locator('.react-flow__node').filter({ hasText: '发消息' }).textContent(), { timeout: 150_000 })
      .toContain(`已通过 ${count(expected)}`);
    await look(page, 'journey-done');
  });

  test('somebody shares a product, and a customer of the segment buys it with the coupon they were given', async () => {
    const visitor = await open(390, 844);
    await signInToMall(visitor, sharer.phone);
    await visitor.goto('/mall/');
    await visitor.getByText(names.product).first().click();
    link = await shareProduct(visitor);
    await look(visitor, 'mall-share');

    const page = await open(390, 844);
    await page.goto(link);
    await page.getByRole('heading', { name: names.product }).waitFor();
    await look(page, 'mall-product');
    await signInToMall(page, buyer.phone);
    await page.goto('/mall/#/pages/messages/index');
    await page.getByText(names.message).first().click();
    await look(page, 'mall-messages');
    await page.goto('/mall/#/pages/coupons/index');
    await page.getByText(names.coupon).waitFor();
    await look(page, 'mall-coupons');
    await addAddress(page);
    await page.goto(link);
    orders.push(await buy(page, { saving: '已选最优，省 ¥20' }));
    await page.getByText('¥179').first().waitFor();
    await look(page, 'mall-order');
    await page.goto(link);
    orders.push(await buy(page, { saving: null }));

    await visitor.goto('/mall/#/pages/share/index');
    await expect
      .poll(
        async () => {
          await visitor.reload();
          await visitor.getByText('待结算').first().waitFor();
          return visitor.locator('body').innerText();
        },
        { timeout: 60_000, interval: 1_000 },
      )
      .toContain(yuan(commission.total));
    await look(visitor, 'mall-earnings');
  });

  test('the commission is explained step by step, confirmed after receipt, and stands on a statement', async () => {
    const page = staff;
    for (const [index, { orderNo }] of orders.entries()) {
      await page.goto(`/console/orders?search=${orderNo}`);
      await page.getByRole('link', { name: orderNo }).click();
      await page.getByRole('button', { name: '发货' }).click();
      const form = page.getByRole('dialog');
      await form.getByLabel('承运商').fill('顺丰速运');
      await form.getByLabel('运单号').fill(`SF${run}${index}`);
      await form.getByRole('button', { name: '确认发货' }).click();
      await form.waitFor({ state: 'hidden' });
      await page.getByText('已发货').first().waitFor();
    }
    await look(page, 'order-shipped');
    const mall = contexts.at(-1)?.pages()[0];
    if (mall === undefined) throw new Error('the buyer has left');
    for (const { orderNo, address } of orders) {
      await mall.goto(address);
      await mall.reload();
      await mall.getByText(orderNo).waitFor();
      await mall.getByRole('button', { name: '确认收货' }).click();
      await mall.getByRole('dialog').getByRole('button', { name: '确认收货' }).click();
      await mall.getByRole('button', { name: '确认收货' }).first().waitFor({ state: 'hidden' });
    }
    await look(mall, 'mall-received');

    await page.goto('/console/settlement/partners');
    const row = page.getByRole('row').filter({ hasText: `****${sharer.phone.slice(-4)}` });
    await expect
      .poll(
        async () => {
          await page.reload();
          await row.waitFor();
          return row.innerText();
        },
        { timeout: 150_000, interval: 3_000 },
      )
      .toMatch(new RegExp(`${yuan(commission.total)}\\s+${yuan(commission.total)}`));
    await look(page, 'partners');
    await letTheMonthEnd();
    await page.goto('/console/settlement/statements');
    await confirm(page, page.getByRole('button', { name: '月结' }), /^结算 \d{4}-\d{2}/);
    const statement = page.getByRole('row').filter({ hasText: `****${sharer.phone.slice(-4)}` });
    await statement.getByText(yuan(commission.total)).waitFor();
    await look(page, 'statements');
    await statement.getByRole('link').first().click();
    await page.getByText(yuan(commission.first)).first().waitFor();
    await page.getByText(yuan(commission.second)).first().waitFor();
    await look(page, 'statement');
  });

  test('the cockpit shows every step of the loop and the people behind it', async () => {
    const page = staff;
    const period = `from=${today()}&until=${today()}&currency=CNY`;
    const people = async (figure: string) => {
      await page.goto(`/console/cockpit?${period}&figure=${figure}`);
      await page.getByRole('dialog').locator('.ant-table-row').first().waitFor();
      return page.getByRole('dialog').getByRole('table').innerText();
    };
    await page.goto(`/console/cockpit?${period}`);
    await page.getByRole('heading', { name: '经营闭环' }).waitFor();
    await look(page, 'cockpit');
    const chain = await page.getByRole('list').filter({ hasText: '赚佣' }).innerText();
    // Sharers, visitors, orders with what they came to, commission, those who came back.
    expect(chain.split('\n').filter((line) => /^[¥\d]/.test(line))).toEqual(
      expect.arrayContaining(['1', '2', '¥378', yuan(commission.total)]),
    );
    expect(await figureOf(page, '销售额')).toBe(yuan(37_800));
    // They bought from the brand fifteen years ago, in pounds: nobody new.
    expect(await figureOf(page, '新客')).toBe('0');
    expect(await figureOf(page, '老客')).toBe('1');
    expect(await figureOf(page, '打开人数')).toBe('1');
    expect(await figureOf(page, '用券数')).toBe('1');
    expect(await figureOf(page, '发券数')).toBe(count(figures.rfm.groups.get(group)?.customers ?? 0));
    for (const figure of ['visitors', 'shared_orders', 'coupons_used', 'opened', 'came_back'])
      expect(`${figure} ${await people(figure)}`).toContain('史**');
    for (const figure of ['sharers', 'commission'])
      expect(`${figure} ${await people(figure)}`).toContain(`****${sharer.phone.slice(-4)}`);
    await look(page, 'cockpit-people');
    await page.getByRole('dialog').getByRole('link').first().click();
    await page.getByRole('heading', { level: 1 }).waitFor();
  });

  test('a refund decided in the console takes the commission of its order back', async () => {
    const [visitor, mall] = contexts.slice(-2).map((context) => context.pages()[0]);
    const second = orders.at(-1);
    if (visitor === undefined || mall === undefined || second === undefined) throw new Error('nobody bought anything');
    await mall.goto(second.address);
    await mall.reload();
    await mall
      .getByRole('link', { name: '申请售后' })
      .or(mall.getByRole('button', { name: '申请售后' }))
      .click();
    await mall.getByRole('button', { name: '加一件' }).click();
    await mall.getByRole('button', { name: '提交申请' }).click();
    await mall.getByText('售后处理中').waitFor();

    await staff.goto('/console/refunds?state=requested');
    const row = staff.getByRole('row').filter({ hasText: second.orderNo });
    await row.getByText(yuan(19_900)).waitFor();
    await look(staff, 'refunds');
    await confirm(staff, row.getByRole('button', { name: '同意退款' }), '同意退款');
    await staff.goto('/console/refunds?state=done');
    await row.getByText('已退款').waitFor();

    await visitor.goto('/mall/#/pages/share/index');
    await expect
      .poll(
        async () => {
          await visitor.reload();
          await visitor.getByText('可结算').first().waitFor();
          return visitor.locator('body').innerText();
        },
        { timeout: 60_000, interval: 1_000 },
      )
      .toMatch(new RegExp(`本月\\s*${yuan(commission.first)}`));
  });
});

/** Makes what was confirmed today have been confirmed a month ago: the only thing of the loop that takes longer than a test. */
async function letTheMonthEnd(): Promise<void> {
  const dataDir = folder ?? process.env['SHUKE_E2E_RETAIL_DATA'] ?? '';
  const running = await findRunning(dataDir);
  if (!running) throw new Error(`nothing runs on ${dataDir}`);
  const client = new pg.Client({ connectionString: running.adminUrl ?? running.databaseUrls.owner });
  await client.connect();
  await client.query(
    `update settlement.lines set at = at - interval '1 month', period_on = period_on - interval '1 month'`,
  );
  await client.end();
}

/** What stands in some fields; runs in the page. */
function valuesOf(fields: (HTMLElement | SVGElement)[]): (string | null)[] {
  return fields.map((field) => field.getAttribute('value'));
}

/** `R1F2M4 3 £12.00` of each row of the table of people; runs in the page. */
function rowsAsScores(rows: (HTMLElement | SVGElement)[]): string[] {
  return rows.map((row) => {
    const cells = [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '');
    return `${cells[2]} ${cells[5]} ${cells[6]}`;
  });
}
