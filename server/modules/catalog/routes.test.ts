import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import { buildHttp } from '#platform/http';
import type { Identity } from '#platform/http';
import { newId } from '#platform/ids';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { listCategories } from './categories.ts';
import { countSales } from './count-sales.ts';
import { findProductOnSale } from './find-product-on-sale.ts';
import { reserveStock } from './reserve-stock.ts';
import { routes } from './routes.ts';
import { planLocations } from './stock.ts';

let db: TestDatabase;
let app: FastifyInstance;
let identity: Identity;
const manager: Identity = {
  tenantId: 1,
  scope: everyStore,
  permissions: new Set(['catalog.read', 'catalog.write']),
  actor: { kind: 'staff', id: '0198c0de-0000-7000-8000-000000000001', name: '测试' },
};

beforeAll(async () => {
  db = await openTestDatabase();
  identity = manager;
  app = await buildHttp({ ...db, logger: pino({ level: 'silent' }), authenticate: async () => identity });
  routes(app);
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await db.close();
});

type Body = Readonly<Record<string, unknown>>;

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- names the reply where it is asked for
async function ask<Reply = Body>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  payload?: object,
): Promise<{ status: number; body: Reply }> {
  const reply = await app.inject({ method, url, ...(payload ? { payload } : {}) });
  return { status: reply.statusCode, body: reply.json<Reply>() };
}

async function upload(bytes: Buffer) {
  const head = `--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n`;
  const payload = Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n--b--\r\n')]);
  return app.inject({
    method: 'POST',
    url: '/api/catalog/images',
    payload,
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  });
}

const picture = () =>
  sharp({ create: { width: 400, height: 300, channels: 3, background: '#0f766e' } })
    .png()
    .toBuffer();

async function newImage(): Promise<string> {
  return (await upload(await picture())).json<{ fileId: string }>().fileId;
}

interface ProductReply {
  readonly productId: string;
  readonly skus: readonly { readonly skuId: string; readonly code: string; readonly isEnabled: boolean }[];
}

const sku = (change: Body = {}) => ({ code: newId(), listPriceFen: 9_900, salePriceFen: 8_800, ...change });

async function onSale(content: Body = {}): Promise<ProductReply> {
  const media = [{ fileId: await newImage(), kind: 'image' }];
  const { body } = await ask<ProductReply>('POST', '/api/catalog/products', {
    code: newId(),
    title: '陶瓷马克杯',
    media,
    skus: [sku()],
    ...content,
  });
  await ask('PUT', `/api/catalog/products/${body.productId}/status`, { status: 'on_sale' });
  return body;
}

const seenOnSale = (productId: string) => db.asStaff((ctx) => findProductOnSale(ctx, productId));
const firstSku = (product: ProductReply) => product.skus[0]?.skuId ?? '';

async function stock(skuId: string, quantity: number, locationId = 1): Promise<void> {
  await ask('POST', '/api/catalog/stock-moves', { changes: [{ skuId, locationId, quantity, reason: 'received' }] });
}

describe('products', () => {
  test('a draft is completed, goes on sale and is seen in the mall', async () => {
    const { body: draft } = await ask<ProductReply>('POST', '/api/catalog/products', {
      code: newId(),
      title: '蓝色马克杯',
      skus: [sku()],
    });
    const at = `/api/catalog/products/${draft.productId}`;
    await expect(seenOnSale(draft.productId)).rejects.toMatchObject({ code: 'not_found' });
    expect((await ask('PUT', `${at}/status`, { status: 'on_sale' })).body).toMatchObject({
      error: { code: 'product_not_sellable' },
    });
    const content = {
      code: newId(),
      title: '蓝色马克杯',
      media: [{ fileId: await newImage(), kind: 'image' }],
      skus: draft.skus.map((one) => sku({ skuId: one.skuId })),
    };
    await ask('PUT', at, content);
    expect((await ask('PUT', `${at}/status`, { status: 'on_sale' })).body).toMatchObject({
      status: 'on_sale',
      minPriceFen: 8_800,
    });
    expect(await seenOnSale(draft.productId)).toMatchObject({
      title: '蓝色马克杯',
      skus: [{ salePriceFen: 8_800, available: 0 }],
    });
  });

  test('a SKU left out is disabled and comes back as the same one', async () => {
    const [red, blue] = [sku({ spec: { 颜色: '红' } }), sku({ spec: { 颜色: '蓝' } })];
    const product = await onSale({ specNames: ['颜色'], skus: [red, blue] });
    const at = `/api/catalog/products/${product.productId}`;
    const { body } = await ask<Body & { media: object[] }>('GET', at);
    const content = { code: newId(), title: '杯', specNames: ['颜色'], media: body.media };
    const fewer = await ask<ProductReply>('PUT', at, { ...content, skus: [red] });
    expect(fewer.body.skus.map((one) => one.isEnabled)).toEqual([true, false]);
    const again = await ask<ProductReply>('PUT', at, { ...content, skus: [blue, red] });
    expect(again.body.skus.map((one) => one.code)).toEqual([blue.code, red.code]);
    expect(new Set(again.body.skus.map((one) => one.skuId))).toEqual(new Set(product.skus.map((one) => one.skuId)));
  });

  test.each([
    [
      'two SKUs of the same specification',
      { specNames: ['色'], skus: [sku({ spec: { 色: '红' } }), sku({ spec: { 色: '红' } })] },
      400,
    ],
    ['a specification without value', { specNames: ['色'], skus: [sku()] }, 400],
    ['a picture nobody uploaded', { media: [{ fileId: 'orders.csv', kind: 'image' }] }, 404],
    ['an unknown category', { categoryId: newId() }, 400],
    ['a negative price', { skus: [sku({ salePriceFen: -1 })] }, 400],
  ])('%s is refused', async (_, content, status) => {
    expect(
      (await ask('POST', '/api/catalog/products', { code: newId(), title: '杯', skus: [sku()], ...content })).status,
    ).toBe(status);
  });

  test('a code another product has is refused', async () => {
    const taken = sku();
    await onSale({ skus: [taken] });
    expect(
      (await ask('POST', '/api/catalog/products', { code: newId(), title: '杯', skus: [taken] })).body,
    ).toMatchObject({ error: { code: 'catalog_code_taken' } });
  });

  test("another tenant's product does not exist", async () => {
    const product = await onSale();
    identity = { ...manager, tenantId: db.otherTenantId };
    expect((await ask('GET', `/api/catalog/products/${product.productId}`)).status).toBe(404);
    expect((await ask('PUT', `/api/catalog/skus/${firstSku(product)}/prices`, { prices: [] })).status).toBe(404);
    expect((await ask<{ items: [] }>('GET', '/api/catalog/products?search=马克杯')).body.items).toEqual([]);
    identity = manager;
  });
});

describe('the mall', () => {
  test('finds goods by Chinese words, mistyped Latin ones and synonyms, by category and by price', async () => {
    const { body: parent } = await ask<{ categoryId: string }>('POST', '/api/catalog/categories', { name: '餐厨' });
    const { body: child } = await ask<{ categoryId: string }>('POST', '/api/catalog/categories', {
      name: '酒具',
      parentId: parent.categoryId,
    });
    const glass = await onSale({
      title: '水晶红酒杯 Bordeaux',
      categoryId: child.categoryId,
      skus: [sku({ salePriceFen: 100 })],
    });
    const decanter = await onSale({
      title: '手工醒酒器',
      categoryId: parent.categoryId,
      skus: [sku({ salePriceFen: 900 })],
    });
    await db.asStaff((ctx) =>
      ctx.tx.execute(`insert into catalog.synonyms values ($1, $2, '{高脚杯,红酒杯}')`, [ctx.tenantId, newId()]),
    );
    const ids = async (query: string) => {
      const { body } = await ask<{ items: { productId: string }[] }>(
        'GET',
        `/api/catalog/products?status=on_sale&${query}`,
      );
      return body.items.map((item) => item.productId);
    };
    for (const typed of ['红酒杯', 'bordaux', '高脚杯'])
      expect(await ids(`search=${encodeURIComponent(typed)}`)).toContain(glass.productId);
    expect(await ids(`search=${encodeURIComponent('醒酒器')}`)).toEqual([decanter.productId]);
    expect(await ids(`categoryId=${parent.categoryId}&sort=price_desc`)).toEqual([decanter.productId, glass.productId]);
    expect(await ids(`categoryId=${child.categoryId}`)).toEqual([glass.productId]);
  });

  test('a hidden category hides what stands below it, and a category cannot stand below itself', async () => {
    const { body: top } = await ask<{ categoryId: string }>('POST', '/api/catalog/categories', {
      name: '内部',
      isHidden: true,
    });
    const { body: below } = await ask<{ categoryId: string }>('POST', '/api/catalog/categories', {
      name: '样品',
      parentId: top.categoryId,
    });
    const shown = await db.asStaff((ctx) => listCategories(ctx, { visibleOnly: true }));
    expect(shown.filter(({ name }) => ['内部', '样品'].includes(name))).toEqual([]);
    const loop = await ask('PUT', `/api/catalog/categories/${top.categoryId}`, {
      name: '内部',
      parentId: below.categoryId,
    });
    expect(loop.body).toMatchObject({ error: { code: 'category_loop' } });
    expect((await ask('DELETE', `/api/catalog/categories/${top.categoryId}`)).body).toMatchObject({
      error: { code: 'category_in_use' },
    });
  });

  test('shows the price of now: scheduled, of a tier, of no tier', async () => {
    const skuId = firstSku(await onSale());
    const product = async () => (await seenOnSale(await productOf(skuId))).skus[0];
    const [past, future] = [new Date(Date.now() - 60_000), new Date(Date.now() + 3_600_000)];
    await ask('PUT', `/api/catalog/skus/${skuId}/prices`, {
      prices: [
        { kind: 'sale', amountFen: 7_000, startsAt: past, endsAt: future },
        { kind: 'sale', amountFen: 10, startsAt: future },
        { kind: 'member', tierCode: 'gold', amountFen: 6_500 },
      ],
    });
    expect(await product()).toMatchObject({
      listPriceFen: 9_900,
      salePriceFen: 7_000,
      memberPriceFens: { gold: 6_500 },
    });
    const wrong = await ask('PUT', `/api/catalog/skus/${skuId}/prices`, { prices: [{ kind: 'member', amountFen: 1 }] });
    expect(wrong.status).toBe(400);
  });

  test('pictures are redrawn and served; other files of the brand are not', async () => {
    const fileId = await newImage();
    const widthOf = async (query: string) => {
      const shown = await app.inject({ method: 'GET', url: `/api/mall/media/${fileId}${query}` });
      expect(shown.headers['content-type']).toBe('image/webp');
      return (await sharp(shown.rawPayload).metadata()).width;
    };
    expect([await widthOf(''), await widthOf('?w=150'), await widthOf('?w=150'), await widthOf('?w=1500')]).toEqual([
      400, 160, 160, 400,
    ]);
    const secret = await db.services.files.put(1, Buffer.from('phone,name'));
    expect((await ask('GET', `/api/mall/media/${secret.fileId}`)).status).toBe(404);
  });

  test.each([
    ['no picture', Buffer.from('<html><script>')],
    ['a bomb of pixels', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"/>`)],
  ])('%s is refused as a picture', async (_, bytes) => {
    expect((await upload(bytes)).json()).toMatchObject({ error: { code: 'image_unreadable' } });
  });
});

async function productOf(skuId: string): Promise<string> {
  const [row] = await db.asStaff((ctx) =>
    ctx.tx.query<{ product_id: string }>(`select product_id from catalog.skus where tenant_id = $1 and sku_id = $2`, [
      ctx.tenantId,
      skuId,
    ]),
  );
  return row?.product_id ?? '';
}

describe('stock', () => {
  test('a bundle is available as often as its scarcest part, and two bundles share a part', async () => {
    await ask('POST', '/api/catalog/locations', { kind: 'warehouse', name: '总仓' });
    const [cup, plate] = [firstSku(await onSale()), firstSku(await onSale())] as const;
    await stock(cup, 10);
    await stock(plate, 3);
    const bundle = async (...components: { skuId: string; quantity: number }[]) =>
      onSale({ kind: 'bundle', skus: [sku({ components })] });
    const breakfast = await bundle({ skuId: cup, quantity: 2 }, { skuId: plate, quantity: 1 });
    expect((await seenOnSale(breakfast.productId)).skus).toMatchObject([{ available: 3 }]);
    const pair = firstSku(await bundle({ skuId: cup, quantity: 2 }));
    const cart = [
      { skuId: firstSku(breakfast), quantity: 3 },
      { skuId: pair, quantity: 2 },
    ];
    const lines = await db.asStaff((ctx) => planLocations(ctx, cart));
    expect(lines).toContainEqual({ skuId: cup, locationId: 1, quantity: 10 });
    await db.asStaff((ctx) =>
      reserveStock(ctx, { reference: newId(), lines, expiresAt: new Date(ctx.now.getTime() + 60_000) }),
    );
    await expect(db.asStaff((ctx) => planLocations(ctx, [{ skuId: pair, quantity: 1 }]))).rejects.toMatchObject({
      code: 'out_of_stock',
    });
  });

  test('staff of a store see and change its stock only', async () => {
    const skuId = firstSku(await onSale());
    const { body: here } = await ask<{ locationId: number }>('POST', '/api/catalog/locations', {
      kind: 'store',
      storeId: 5,
      name: '五店',
    });
    await stock(skuId, 4, here.locationId);
    await stock(skuId, 9, 1);
    identity = { ...manager, scope: { all: false, storeIds: [5] } };
    const { body } = await ask<{ items: Body[] }>('GET', `/api/catalog/stock`);
    expect(body.items).toMatchObject([{ skuId, available: 4, locationName: '五店' }]);
    expect((await ask('POST', '/api/catalog/stock-counts', { skuId, locationId: 1, quantity: 0 })).status).toBe(404);
    expect(
      (await ask('POST', '/api/catalog/stock-counts', { skuId, locationId: here.locationId, quantity: 6 })).status,
    ).toBe(200);
    identity = manager;
    const moves = await ask<{ items: Body[] }>('GET', `/api/catalog/skus/${skuId}/stock-moves`);
    expect(moves.body.items.map((move) => [move['reason'], move['quantity']])).toEqual([
      ['counted', 2],
      ['received', 9],
      ['received', 4],
    ]);
  });

  test('what is paid for counts into what sells', async () => {
    const product = await onSale();
    const event = (excluded: boolean) => ({
      tenantId: 1,
      properties: { items: [{ product_id: product.productId, quantity: 3 }], ...(excluded ? { excluded } : {}) },
    });
    await db.asPipeline((ctx) => countSales(ctx, [event(false), event(false), event(true)] as never));
    expect((await ask('GET', `/api/catalog/products/${product.productId}`)).body).toMatchObject({ soldQuantity: 6 });
  });
});
