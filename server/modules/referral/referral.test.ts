import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import fc from 'fast-check';
import readQrCode from 'jsqr';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createProduct, registerImage, setProductStatus, storeImage } from '#catalog';
import { identify } from '#customers';
import { newId } from '#platform/ids';
import type { ResolvedEvent } from '#platform/log/event';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { attributeOrders } from './attribute-orders.ts';
import { TraceCodeInvalid, TraceUnknown } from './errors.ts';
import { explainAttribution, listChildren, listOrigins, spreadStatistics } from './read-traces.ts';
import { sharePoster } from './share-poster.ts';
import { createShare, recordVisit } from './share.ts';
import { newTraceCode, readTraceCode } from './trace-code.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

let people = 0;
const person = async (identifiers = [{ kind: 'member_no', scope: 'test', value: `R${(people += 1)}` }]) => {
  const [found] = await db.asSystem((ctx) =>
    identify({ tx: ctx.tx, now: ctx.now, vaults: ctx.services.vaults }, [
      { tenantId: db.tenantId, identifiers, at: ctx.now, sourceId: 1, cause: 'sign_in' },
    ]),
  );
  return found?.customerId ?? 0;
};
const share = (customerId: number, parentCode?: string) =>
  db.asStaff((ctx) => createShare(ctx, { customerId, sharedKind: 'mall', sharedId: '', parentCode }));
const visit = (customerId: number, code: string) => db.asStaff((ctx) => recordVisit(ctx, { customerId, code }));
const paid = (
  buyer: number,
  { daysLater = 0, traceCode, origin = buyer }: { daysLater?: number; traceCode?: string; origin?: number } = {},
) => {
  const orderId = newId();
  const event: ResolvedEvent = {
    tenantId: db.tenantId,
    sourceId: 0,
    messageId: `order-paid:${orderId}`,
    type: 'track',
    name: 'Order Paid',
    occurredAt: Date.now() + daysLater * 86_400_000 + 1_000,
    receivedAt: Date.now(),
    identifiers: [],
    properties: {
      order_id: orderId,
      amount_minor: 19_900,
      currency: 'CNY',
      ...(traceCode ? { attribution: { trace_code: traceCode } } : {}),
    },
    resolvedCustomerId: buyer,
    originCustomerId: origin,
    subjectKey: '1',
  };
  return { orderId, event };
};
const attribute = (...orders: ReturnType<typeof paid>[]) =>
  db.asPipeline((ctx) =>
    attributeOrders(
      ctx,
      orders.map(({ event }) => event),
    ),
  );
const owedTo = async (orderId: string) =>
  (await db.asStaff((ctx) => explainAttribution(ctx, orderId)))?.sharerCustomerId ?? null;

describe('trace codes', () => {
  test('a changed or swapped sign is noticed', () => {
    fc.assert(
      fc.property(fc.nat(15), fc.integer({ min: 1, max: 31 }), (place, shift) => {
        const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
        const code = newTraceCode();
        const changed = alphabet[(alphabet.indexOf(code[place] ?? '') + shift) % 32] ?? '';
        expect(() => readTraceCode(code.slice(0, place) + changed + code.slice(place + 1))).toThrow(TraceCodeInvalid);
      }),
    );
  });
  test('is read as people type it', () => {
    const code = newTraceCode();
    expect(readTraceCode(` ${code.toLowerCase().replace(/(.{4})/g, '$1-')}`)).toBe(code);
  });
  test('one that was never given is unknown', async () => {
    await expect(visit(await person(), newTraceCode())).rejects.toThrow(TraceUnknown);
  });
});

describe('the tree', () => {
  test('a link shared by who came through another hangs below it, and the figures are per link', async () => {
    const [first, second, third] = [await person(), await person(), await person()];
    const a = await share(first);
    await visit(second, a.code);
    const b = await share(second, a.code);
    await visit(third, b.code);
    await visit(third, b.code);
    const order = paid(third);
    await attribute(order);
    expect(b.depth).toBe(1);
    const children = await db.asStaff((ctx) => listChildren(ctx, a.traceId, { limit: 10 }));
    expect(children).toMatchObject([{ traceId: b.traceId, visitors: 1, orders: 1, amountMinor: 19_900 }]);
    const origins = await db.asStaff((ctx) => listOrigins(ctx, { sharerCustomerId: first, limit: 10 }));
    expect(origins).toMatchObject([{ traceId: a.traceId, children: 1, visitors: 1, orders: 0 }]);
    expect((await db.asStaff(spreadStatistics)).depths).toMatchObject([{ depth: 0 }, { depth: 1 }]);
  });

  test('sharing the same thing again gives the same link, and nobody becomes their own ancestor', async () => {
    const [a, b] = [await person(), await person()];
    const first = await share(a);
    expect(await share(a)).toEqual(first);
    const second = await share(b, first.code);
    const again = await share(a, second.code);
    expect(again.depth).toBe(0);
  });
});

describe('attribution', () => {
  test('goes to the last link opened before the order, within 15 days', async () => {
    const [a, b, buyer] = [await person(), await person(), await person()];
    await visit(buyer, (await share(a)).code);
    await visit(buyer, (await share(b)).code);
    const [soon, late] = [paid(buyer, { daysLater: 14 }), paid(buyer, { daysLater: 16 })];
    await attribute(soon, late);
    expect(await owedTo(soon.orderId)).toBe(b);
    expect(await owedTo(late.orderId)).toBeNull();
  });

  test('an order that names a link its buyer opened goes to that one', async () => {
    const [a, b, buyer] = [await person(), await person(), await person()];
    const named = await share(a);
    await visit(buyer, named.code);
    await visit(buyer, (await share(b)).code);
    const order = paid(buyer, { traceCode: named.code });
    await attribute(order);
    expect(await owedTo(order.orderId)).toBe(a);
  });

  test('nobody earns on their own order, and a repeated event changes nothing', async () => {
    const [a, buyer] = [await person(), await person()];
    const own = await share(buyer);
    await visit(buyer, own.code);
    const selfish = paid(buyer);
    await attribute(selfish);
    expect(await owedTo(selfish.orderId)).toBeNull();
    await visit(buyer, (await share(a)).code);
    const order = paid(buyer);
    await attribute(order);
    await attribute(order);
    expect(await owedTo(order.orderId)).toBe(a);
  });

  test('an anonymous visit counts for whom the device turns out to belong to', async () => {
    const sharer = await person();
    const device = { kind: 'device', scope: '', value: `device-${newId()}` };
    const anonymous = await person([device]);
    await visit(anonymous, (await share(sharer)).code);
    const known = await person([device, { kind: 'member_no', scope: 'test', value: `R${(people += 1)}` }]);
    const order = paid(known);
    await attribute(order);
    expect(await owedTo(order.orderId)).toBe(sharer);
  });
});

test('another tenant sees none of it', async () => {
  const trace = await share(await person());
  expect(await db.asStaff((ctx) => listOrigins(ctx, { limit: 10 }), { tenantId: db.otherTenantId })).toEqual([]);
  await expect(
    db.asStaff((ctx) => recordVisit(ctx, { code: trace.code, customerId: 5 }), { tenantId: db.otherTenantId }),
  ).rejects.toThrow(TraceUnknown);
});

describe('a poster', () => {
  const origin = 'https://shop.example';
  const poster = async (
    of: { code: string } | { traceId: string },
    language: 'zh-CN' | 'en' = 'zh-CN',
    from = origin,
  ) => {
    const { stream, digest } = await db.asStaff((ctx) => sharePoster(ctx, of, { language, origin: from }));
    return { digest, bytes: await buffer(stream) };
  };
  const product = (title: string, salePriceFen: number) =>
    db.asStaff(async (ctx) => {
      const picture = await sharp({ create: { width: 400, height: 400, channels: 3, background: '#d4145a' } })
        .png()
        .toBuffer();
      const image = await storeImage(ctx.services.files, ctx.tenantId, Readable.from([picture]));
      await registerImage(ctx, image);
      const productId = await createProduct(ctx, {
        code: newId(),
        title,
        subtitle: '',
        kind: 'goods',
        categoryId: null,
        brandName: '',
        details: [],
        attributes: {},
        specNames: [],
        media: [{ kind: 'image', fileId: image.fileId }],
        skus: [{ code: newId(), spec: {}, salePriceFen, listPriceFen: salePriceFen + 5_000 }],
      });
      await setProductStatus(ctx, productId, 'on_sale');
      return productId;
    });

  test('is a PNG with the picture, and its code leads to the link', async () => {
    const productId = await product('山羊奶婴儿面霜 50g', 12_900);
    const { code } = await db.asStaff(async (ctx) =>
      createShare(ctx, { customerId: await person(), sharedKind: 'product', sharedId: productId }),
    );
    const { bytes } = await poster({ code });
    const { width, height, format } = await sharp(bytes).metadata();
    expect([width, height, format]).toEqual([900, 1400, 'png']);
    const at = async (left: number, top: number) => [
      ...(await sharp(bytes).extract({ left, top, width: 1, height: 1 }).removeAlpha().raw().toBuffer()),
    ];
    const [red = 0, green = 0] = await at(450, 450);
    expect(red > 190 && green < 60).toBe(true);
    const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    expect(readQrCode.default(new Uint8ClampedArray(data), info.width, info.height)?.data).toBe(`${origin}/s/${code}`);
  });

  test('is painted once, and again when price, language or address change', async () => {
    const productId = await product('面霜', 9_900);
    const { code, traceId } = await db.asStaff(async (ctx) =>
      createShare(ctx, { customerId: await person(), sharedKind: 'product', sharedId: productId }),
    );
    const origins = await db.asStaff((ctx) => listOrigins(ctx, { limit: 200 }));
    expect(origins.find((one) => one.traceId === traceId)).toMatchObject({ sharedTitle: '面霜', sharedId: productId });
    const first = await poster({ code });
    expect(await poster({ traceId })).toEqual(first);
    const others = [await poster({ code }, 'en'), await poster({ code }, 'zh-CN', 'https://other.example')];
    expect(new Set([first, ...others].map(({ digest }) => digest)).size).toBe(3);
    expect(await poster({ code })).toEqual(first);
  });

  test('is refused for a damaged code, a code of nobody, another company and a product off sale', async () => {
    const productId = await product('面霜', 9_900);
    const { code, traceId } = await db.asStaff(async (ctx) =>
      createShare(ctx, { customerId: await person(), sharedKind: 'product', sharedId: productId }),
    );
    const damaged = `${code.slice(0, -1)}${code.endsWith('2') ? '3' : '2'}`;
    await expect(poster({ code: damaged })).rejects.toThrow(TraceCodeInvalid);
    await expect(poster({ code: newTraceCode() })).rejects.toThrow(TraceUnknown);
    for (const of of [{ code }, { traceId }])
      await expect(
        db.asStaff((ctx) => sharePoster(ctx, of, { language: 'en', origin }), { tenantId: db.otherTenantId }),
      ).rejects.toMatchObject({ status: 404 });
    await db.asStaff((ctx) => setProductStatus(ctx, productId, 'off_sale'));
    await expect(poster({ code })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('of the mall stands without a picture', async () => {
    const { code } = await share(await person());
    expect((await sharp((await poster({ code }, 'en')).bytes).metadata()).format).toBe('png');
  });
});
