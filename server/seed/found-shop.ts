import { Readable } from 'node:stream';

import {
  addCategory,
  addLocation,
  changeStock,
  createProduct,
  findSkusByCode,
  listCategories,
  listLocations,
  registerImage,
  setProductStatus,
  storeImage,
} from '#catalog';
import { createSource, listSources } from '#collect';
import { createTemplate as createCoupon, CouponTerms, publishTemplate } from '#coupons';
import { journeyKind } from '#journeys';
import { createTemplate as createMessage } from '#messaging';
import { addRegion, addStaff, addStore, listBrands, listStores } from '#org';
import type { Context } from '#platform/context';
import { createDefinition, listDefinitions, publishDefinition } from '#platform/definitions';
import { publishSegment, segmentKind } from '#segments';
import { settlementPlanKind } from '#settlement';

import { productPicture } from './artwork.ts';
import { brandName, categories, regions } from './brand.ts';
import type { Goods } from './story.ts';

/** Runs a piece of work in a transaction of its own, as the seed. */
export type Within = <T>(work: (ctx: Context) => Promise<T>, now?: Date) => Promise<T>;

const demoPassword = 'shuke-demo-2026';

/** The source under which the demo's behaviour is logged: marked as such, so that everybody sees what is made up. */
export async function demoSource(within: Within): Promise<number> {
  return within(async (ctx) => {
    const name = '演示数据 demo';
    const known = (await listSources(ctx, { limit: 200 })).items.find((source) => source.name === name);
    if (known) return known.sourceId;
    const made = await createSource(ctx, {
      name,
      kind: 'server',
      trusted: true,
      allowedOrigins: [],
      eventsPerS: 100_000,
    });
    return made.source.sourceId;
  });
}

/** Regions, stores and staff; those that exist stay. Returns the stores' numbers in the order of `regions`. */
export async function foundStores(within: Within): Promise<number[]> {
  return within(async (ctx) => {
    const [brand] = await listBrands(ctx);
    if (!brand) throw new Error('the demo brand does not exist');
    const present = new Map((await listStores(ctx, { limit: 200 })).items.map((store) => [store.code, store.storeId]));
    const ids: number[] = [];
    for (const [r, region] of regions.entries()) {
      const missing = region.stores.some((_, s) => !present.has(`S${r + 1}${s + 1}`));
      const regionId = missing
        ? (await addRegion(ctx, { brandId: brand.brandId, parentRegionId: null, name: region.name })).regionId
        : null;
      for (const [s, [name, province, city, district, street, latitude, longitude]] of region.stores.entries()) {
        const code = `S${r + 1}${s + 1}`;
        const known = present.get(code);
        if (known !== undefined) {
          ids.push(known);
          continue;
        }
        const store = await addStore(ctx, {
          brandId: brand.brandId,
          regionId,
          kind: 'store',
          code,
          name,
          province,
          city,
          district,
          street,
          latitude,
          longitude,
          hours: [],
          capabilities: [],
        });
        ids.push(store.storeId);
        if (s === 0) await addPeople(ctx, code.toLowerCase(), store.storeId);
      }
    }
    return ids;
  });
}

async function addPeople(ctx: Context, code: string, storeId: number): Promise<void> {
  const node = { nodeKind: 'store' as const, nodeId: storeId };
  await addStaff(ctx, {
    login: `manager-${code}@demo.shuke`,
    name: '店长',
    password: demoPassword,
    roles: [{ roleCode: 'store-manager', ...node }],
  });
  await addStaff(ctx, {
    login: `guide-${code}@demo.shuke`,
    name: '导购',
    password: demoPassword,
    roles: [{ roleCode: 'guide', ...node }],
  });
}

/** Our SKUs by code. */
async function skusOf(
  ctx: Context,
  codes: readonly string[],
): Promise<Map<string, { skuId: string; productId: string }>> {
  const found = await findSkusByCode(
    ctx,
    codes.map((code) => ({ sourceId: 0, code })),
  );
  return new Map([...found].map(([key, sku]) => [key.slice(2), sku]));
}

/** Categories, products with pictures, prices and stock; products that exist stay. */
export async function fillCatalogue(
  within: Within,
  storeIds: readonly number[],
  progress: (text: string) => void,
): Promise<Goods[]> {
  const locations = await within(async (ctx) => {
    const present = await listLocations(ctx);
    if (present.length > 0) return present.map(({ locationId, kind }) => ({ locationId, kind }));
    const warehouse = await addLocation(ctx, {
      kind: 'warehouse',
      storeId: null,
      name: '嘉兴总仓',
      priority: 1,
      isEnabled: true,
    });
    const made = [{ locationId: warehouse, kind: 'warehouse' as 'warehouse' | 'store' }];
    for (const [index, storeId] of storeIds.entries()) {
      made.push({
        locationId: await addLocation(ctx, {
          kind: 'store',
          storeId,
          name: `门店 ${index + 1}`,
          priority: 10 + index,
          isEnabled: true,
        }),
        kind: 'store',
      });
    }
    return made;
  });
  const categoryIds = await within(async (ctx) => {
    const present = new Map((await listCategories(ctx)).map((one) => [one.name, one.categoryId]));
    const ids = new Map<string, string>();
    for (const [position, { code, name }] of categories.entries()) {
      ids.set(code, present.get(name) ?? (await addCategory(ctx, { parentId: null, name, position, isHidden: false })));
    }
    return ids;
  });
  const goods: Goods[] = [];
  for (const [c, category] of categories.entries()) {
    progress(`catalogue: ${category.name}`);
    for (const [p, [title, subtitle, yuan, specs]] of category.goods.entries()) {
      const codes = specs.map((_, s) => `${category.code}-${p + 1}-${s + 1}`);
      const prices = specs.map((_, s) => Math.round(yuan * 100 * (1 + s * 0.75)));
      let found = await within((ctx) => skusOf(ctx, codes));
      if (found.size < codes.length) {
        const picture = await productPicture(category, c * 100 + p + 1);
        await within(async (ctx) => {
          const image = await storeImage(ctx.services.files, ctx.tenantId, Readable.from([picture]));
          await registerImage(ctx, image);
          const productId = await createProduct(ctx, {
            code: `${category.code}-${p + 1}`,
            title,
            subtitle,
            kind: 'goods',
            categoryId: categoryIds.get(category.code) ?? null,
            brandName,
            media: [{ fileId: image.fileId, kind: 'image' }],
            details: [
              {
                type: 'text',
                text: `${title}，${subtitle}。${brandName}为宝宝和妈妈温和配方，通过敏感肌测试，支持 7 天无理由退货。`,
              },
            ],
            attributes: { 品牌: brandName, 产地: '中国' },
            specNames: ['规格'],
            skus: specs.map((spec, s) => ({
              code: codes[s] ?? '',
              spec: { 规格: spec },
              listPriceFen: Math.round((prices[s] ?? 0) * 1.2),
              salePriceFen: prices[s] ?? 0,
              costFen: Math.round((prices[s] ?? 0) * 0.45),
              weightG: 300,
            })),
          });
          await setProductStatus(ctx, productId, 'on_sale');
        });
        found = await within((ctx) => skusOf(ctx, codes));
        await within((ctx) =>
          changeStock(
            ctx,
            [...found.values()].flatMap(({ skuId }) =>
              locations.map(({ locationId, kind }) => ({
                skuId,
                locationId,
                quantity: kind === 'warehouse' ? 2_000 : 40,
                reason: 'received' as const,
                reference: 'demo',
              })),
            ),
          ),
        );
      }
      for (const [s, code] of codes.entries()) {
        const sku = found.get(code);
        if (sku) goods.push({ ...sku, code, title, spec: specs[s] ?? '', category, priceFen: prices[s] ?? 0 });
      }
    }
  }
  return goods;
}

/** A coupon, message templates, segments, a journey and a settlement plan to look at and change; once. */
export async function prepareMarketing(within: Within): Promise<void> {
  await within(async (ctx) => {
    if ((await listDefinitions(ctx, settlementPlanKind)).length > 0) return;
    const planId = await createDefinition(ctx, settlementPlanKind, {
      name: '推广佣金（阶梯）',
      content: {
        kind: 'stepped',
        measure: 'new_customers',
        mode: 'whole',
        bands: [
          { upTo: 9, rateBps: 500 },
          { upTo: 50, rateBps: 800 },
          { upTo: null, rateBps: 1_200 },
        ],
        holdDays: 15,
      },
    });
    await publishDefinition(ctx, settlementPlanKind, planId, { note: '首个版本' });
    const coupon = await createCoupon(
      ctx,
      CouponTerms.parse({
        name: '新客满 199 减 30',
        kind: 'amount_off',
        rule: { steps: [{ thresholdFen: 19_900, offFen: 3_000 }] },
        validity: { days: 30 },
        cap: 20_000,
        claim: {},
      }),
    );
    await publishTemplate(ctx, coupon.templateId);
    const welcome = await createMessage(ctx, {
      name: '新客欢迎',
      channel: 'inbox',
      touchClass: 'marketing',
      subject: '送你一张见面礼',
      body: '欢迎来到禾苗与茉莉！满 199 减 30 的券已放进你的卡包，30 天内有效。',
    });
    await createMessage(ctx, {
      name: '发货提醒',
      channel: 'inbox',
      touchClass: 'service',
      subject: '你的包裹出发啦',
      body: '订单已发货，可在“我的订单”查看物流。',
    });
    const segment = async (name: string, description: string, condition: unknown) => {
      const id = await createDefinition(ctx, segmentKind, { name, content: { condition, description } });
      await publishSegment(ctx, id, '');
      return id;
    };
    await segment('90 天未下单的老客', '买过，但最近 90 天没有下单', {
      kind: 'all',
      conditions: [
        { kind: 'order_count', withinDays: null, count: { min: 1 } },
        { kind: 'not', condition: { kind: 'order_count', withinDays: 90, count: { min: 1 } } },
      ],
    });
    await segment('高价值客户', 'RFM 综合前 15%', { kind: 'high_value' });
    const viewers = await segment('看了三次没下单', '7 天内浏览商品三次以上，且 7 天内没有下单', {
      kind: 'all',
      conditions: [
        { kind: 'event_count', event: 'Product Viewed', withinDays: 7, count: { min: 3 } },
        { kind: 'not', condition: { kind: 'order_count', withinDays: 7, count: { min: 1 } } },
      ],
    });
    await createDefinition(ctx, journeyKind, {
      name: '浏览未购挽回',
      content: {
        entry: { kind: 'segment_entered', segmentId: viewers },
        reentry: 'after_exit',
        exitOn: ['Order Paid'],
        start: 'wait',
        nodes: [
          { id: 'wait', kind: 'wait', minutes: 120, next: 'coupon' },
          { id: 'coupon', kind: 'coupon', couponTemplateId: coupon.templateId, next: 'message' },
          { id: 'message', kind: 'message', messageTemplateId: welcome, next: null },
        ],
        layout: { wait: { x: 0, y: 0 }, coupon: { x: 0, y: 140 }, message: { x: 0, y: 280 } },
      },
    });
  });
}
