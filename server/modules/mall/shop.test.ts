import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { starterProgramme, programmeKind, grantPoints } from '#loyalty';
import { createDefinition, publishDefinition } from '#platform/definitions';
import { newId } from '#platform/ids';

import { forgetPromotions } from './goods.ts';
import { promotionKind } from './promotion.ts';
import { payRefund } from './refunds.ts';
import { defaultSettings, saveSettings } from './settings.ts';
import { openMallApp } from './testing/mall-app.ts';
import type { MallApp } from './testing/mall-app.ts';

let mall: MallApp;

beforeAll(async () => {
  mall = await openMallApp();
});
afterAll(() => mall.close());

const asStaff: MallApp['db']['asStaff'] = (work) => mall.db.asStaff(work, { tenantId: mall.tenantId });

const specialPrice = (skuId: string, price: { kind: 'sale' | 'member'; tierCode?: string; amountFen: number }) =>
  asStaff((ctx) =>
    ctx.tx.execute(
      `insert into catalog.prices (tenant_id, price_id, sku_id, kind, tier_code, amount_fen) values ($1, $2, $3, $4, $5, $6)`,
      [ctx.tenantId, newId(), skuId, price.kind, price.tierCode ?? null, price.amountFen],
    ),
  );

describe('the shop', () => {
  test('shows products with the price each visitor pays and an honest stock', async () => {
    const skuId = await mall.addSku(3, 10_000);
    await specialPrice(skuId, { kind: 'sale', amountFen: 8_000 });
    await specialPrice(skuId, { kind: 'member', tierCode: 'gold', amountFen: 5_000 });
    const shopper = mall.shopper();
    const { items } = await shopper.ask<{ items: { productId: string; available: number }[] }>(
      'GET',
      '/api/mall/products?limit=5',
    );
    expect(items[0]).toMatchObject({ available: 3, priceFen: 10_000 });
    const product = await shopper.ask('GET', `/api/mall/products/${items[0]?.productId}`);
    expect(product).toMatchObject({
      priceFen: 8_000,
      listPriceFen: 10_000,
      skus: [{ skuId, available: 3, price: { payFen: 8_000, kind: 'limited', memberFen: null } }],
    });
    await shopper.order([{ skuId, quantity: 2 }], {}).catch(async () => {
      await shopper.addAddress();
      await shopper.order([{ skuId, quantity: 2 }]);
    });
    expect(await shopper.ask('GET', `/api/mall/products/${items[0]?.productId}`)).toMatchObject({ available: 1 });
  });

  test('has a home page as it is set up, without blocks that would be empty', async () => {
    await mall.addSku(3);
    const { blocks } = await mall.shopper().ask<{ blocks: { kind: string }[] }>('GET', '/api/mall/home');
    expect(blocks.map(({ kind }) => kind)).toEqual(['product_grid', 'product_grid']);
    const settings = {
      ...defaultSettings,
      blocks: [{ kind: 'text' as const, title: '公告', body: '今日包邮', link: '' }],
      freight: { baseFen: 500, freeFromFen: null },
    };
    await asStaff((ctx) => saveSettings(ctx, { settings, revision: 0 }));
    expect(await mall.shopper().ask('GET', '/api/mall/home')).toMatchObject({
      blocks: [{ kind: 'text', body: '今日包邮' }],
    });
    await expect(asStaff((ctx) => saveSettings(ctx, { settings, revision: 0 }))).rejects.toMatchObject({
      code: 'edited_meanwhile',
    });
    expect(await mall.shopper().ask('GET', '/api/mall/shop')).toMatchObject({ freight: { baseFen: 500 } });
    await asStaff((ctx) => saveSettings(ctx, { settings: defaultSettings, revision: 1 }));
  });
});

test('prices, promotion, points and freight are explained step by step and come back with a refund', async () => {
  await asStaff(async (ctx) => {
    const now = ctx.now.getTime();
    const content = {
      kind: 'full_reduction',
      steps: [{ thresholdFen: 15_000, offFen: 2_000, offBps: null }],
      repeats: false,
      categoryIds: [],
      productIds: [],
      startsAt: new Date(now - 60_000),
      endsAt: new Date(now + 3_600_000),
      stacksWithCoupons: true,
    };
    const promotionId = await createDefinition(ctx, promotionKind, { name: '满150减20', content });
    await publishDefinition(ctx, promotionKind, promotionId);
    forgetPromotions(ctx);
    const programmeId = await createDefinition(ctx, programmeKind, { name: '会员', content: starterProgramme });
    await publishDefinition(ctx, programmeKind, programmeId);
  });
  const shopper = mall.shopper();
  const customerId = await shopper.signIn('19900003001');
  await asStaff((ctx) => grantPoints(ctx, [{ customerId, points: 50_000, key: 'test', reason: 'welcome' }]));
  await shopper.addAddress();
  const skuId = await mall.addSku(9, 9_000);
  const lines = [{ skuId, quantity: 2 }];
  const quote = await shopper.ask<{ points: { used: number; usedFen: number } }>('POST', '/api/mall/checkout/quotes', {
    lines,
    points: 'max',
  });
  const { used, usedFen } = quote.points;
  expect(used).toBeGreaterThan(0);
  expect(quote).toMatchObject({
    steps: [
      { step: 'full_reduction', name: '满150减20', amountFen: -2_000 },
      { step: 'points', amountFen: -usedFen },
    ],
    totals: { goodsFen: 18_000, discountFen: 2_000, pointsFen: usedFen, freightFen: 0, payableFen: 16_000 - usedFen },
  });
  const order = await shopper.order(lines, { points: 'max' });
  const pointsOf = async () =>
    (await shopper.ask<{ member: { points: { available: number } } }>('GET', '/api/mall/me')).member.points.available;
  expect(await pointsOf()).toBe(50_000 - used);
  await shopper.ask('POST', `/api/mall/orders/${order.orderId}/cancellation`, {});
  expect(await pointsOf()).toBe(50_000);
  const again = await shopper.order(lines, { points: 'max' });
  await shopper.pay(again.orderId);
  expect(await pointsOf()).toBe(50_000 - used);
  const { refunds } = await shopper.ask<{ refunds: { refundId: string }[] }>(
    'POST',
    `/api/mall/orders/${again.orderId}/refunds`,
    {
      kind: 'refund_only',
      lines: [{ lineNo: 1, quantity: 1 }],
      reason: '不想要了',
    },
  );
  await asStaff((ctx) => payRefund(ctx, refunds[0]?.refundId ?? '', { restock: false, reply: '' }));
  expect(await pointsOf()).toBe(50_000 - used + Math.floor(used / 2));
});
