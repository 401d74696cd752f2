import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { listProducts, openImage } from '#catalog';
import { readTemplates } from '#coupons';
import { readSettings } from '#mall';
import { brandClock } from '#org';
import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';
import { FileMissing } from '#platform/files';
import { moneyText } from '#platform/money';

import { TraceUnknown } from './errors.ts';
import { paintPoster } from './paint-poster.ts';
import type { PosterContent } from './paint-poster.ts';
import { readTraceCode } from './trace-code.ts';

/** Which trace a poster is of: by the code of its link, or by its id. */
export type PosterOf = { readonly code: string } | { readonly traceId: string };

interface Wanted {
  readonly language: 'zh-CN' | 'en';
  /** Where the shop is found, e.g. `https://shop.example`; goes into the QR code. */
  readonly origin: string;
}

interface TraceRow {
  trace_id: string;
  code: string;
  shared_kind: 'mall' | 'product' | 'coupon';
  shared_id: string;
}

/** Changes when posters are painted otherwise, so that painted ones are not taken for new ones. */
const look = 1;
const texts = {
  'zh-CN': { scan: '长按识别，进店看看' },
  en: { scan: 'Scan to have a look' },
} as const;

async function findTrace(ctx: Context, of: PosterOf): Promise<TraceRow> {
  const [trace] = await ctx.tx.query<TraceRow>(
    `select t.trace_id, t.code, t.shared_kind, t.shared_id from referral.traces t
       join customers.people s on s.tenant_id = t.tenant_id and s.customer_id = t.sharer_customer_id
      where t.tenant_id = $1 and ($2::text is null or t.code = $2) and ($3::uuid is null or t.trace_id = $3)`,
    'code' in of ? [ctx.tenantId, readTraceCode(of.code), null] : [ctx.tenantId, null, of.traceId],
  );
  if (trace) return trace;
  throw 'code' in of ? new TraceUnknown() : new NotFound('trace');
}

/** What the poster of a trace says now, the picture by its file. */
async function contentOf(ctx: Context, trace: TraceRow, { language, origin }: Wanted) {
  const { settings } = await readSettings(ctx);
  const { name: shopName, currency } = await brandClock(ctx);
  const money = (fen: number) => moneyText(fen, { currency, language });
  const common = {
    shopName,
    slogan: settings.theme.slogan,
    primary: /^#[0-9a-f]{6}$/i.test(settings.theme.primary) ? settings.theme.primary : '#0f766e',
    scanText: texts[language].scan,
    address: `${origin}/s/${trace.code}`,
  };
  const plain = { ...common, title: shopName, priceText: '', listPriceText: '', pictureId: null };
  if (trace.shared_kind === 'product') {
    const { items } = await listProducts(ctx, { productIds: [trace.shared_id], status: 'on_sale' }, { limit: 1 });
    const [product] = items;
    if (!product) throw new NotFound('Product');
    const { minPriceFen, listPriceFen } = product;
    return {
      ...common,
      title: product.title,
      priceText: minPriceFen === null ? '' : money(minPriceFen),
      listPriceText: listPriceFen !== null && listPriceFen > (minPriceFen ?? 0) ? money(listPriceFen) : '',
      pictureId: product.mediaFileId,
    };
  }
  if (trace.shared_kind === 'coupon') {
    const template = (await readTemplates(ctx, [trace.shared_id])).get(trace.shared_id);
    return template ? { ...plain, title: template.terms.name } : plain;
  }
  return plain;
}

// Painting takes most of a core for a moment: one after another, so that the shop goes on.
let turn: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work, work);
  turn = mine.catch(() => undefined);
  return mine;
}

/**
 * The poster of a share as PNG, painted when first asked for and kept until what it says changes. Nothing on it tells who shared.
 * Refuses a damaged code, and a product that is not on sale.
 */
export async function sharePoster(
  ctx: Context,
  of: PosterOf,
  wanted: Wanted,
): Promise<{ stream: Readable; sizeBytes: number; digest: string }> {
  const { files } = ctx.services;
  const trace = await findTrace(ctx, of);
  const { pictureId, ...content } = await contentOf(ctx, trace, wanted);
  const digest = createHash('sha256')
    .update(JSON.stringify({ look, pictureId, ...content }))
    .digest('hex')
    .slice(0, 32);
  const place = `poster-${trace.trace_id}-${wanted.language.toLowerCase()}`;
  const fileId = `${place}-${digest}.png`;
  const kept = await openIfThere(ctx, fileId);
  if (kept) return { ...kept, digest };
  await inTurn(async () => {
    if (await isThere(ctx, fileId)) return;
    await files.put(ctx.tenantId, await paint(ctx, content, pictureId), { fileId });
    // What the poster said before is not needed again.
    const before = await openIfThere(ctx, `${place}.now`);
    const old = before ? (await buffer(before.stream)).toString() : fileId;
    await files.put(ctx.tenantId, Buffer.from(fileId), { fileId: `${place}.now` });
    if (old !== fileId && old.startsWith(place)) await files.remove(ctx.tenantId, old);
  });
  return { ...(await files.open(ctx.tenantId, fileId)), digest };
}

async function paint(ctx: Context, content: Omit<PosterContent, 'picture'>, pictureId: string | null) {
  const picture = pictureId === null ? null : await buffer((await openImage(ctx, pictureId, 960)).stream);
  return paintPoster({ ...content, picture });
}

async function openIfThere(ctx: Context, fileId: string) {
  try {
    return await ctx.services.files.open(ctx.tenantId, fileId);
  } catch (error) {
    if (error instanceof FileMissing) return null;
    throw error;
  }
}

async function isThere(ctx: Context, fileId: string): Promise<boolean> {
  const found = await openIfThere(ctx, fileId);
  found?.stream.destroy();
  return found !== null;
}
