import type * as z from 'zod';

import { listCategories } from '#catalog';
import { couponsOfCustomer, readTemplates } from '#coupons';

import type { Buyer } from './buyer.ts';
import { pictureUrl } from './goods.ts';
import { listProducts } from './products.ts';
import { readSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import type { PointsContext } from './value-ports.ts';
import type { CouponOffer, HomeBlock } from './views.ts';

type Block = z.input<typeof HomeBlock>;
type Offer = z.input<typeof CouponOffer>;
type Template = Awaited<ReturnType<typeof readTemplates>> extends Map<string, infer T> ? T : never;

/** The home page's blocks with what they show; a block that has nothing to show is left out. */
export async function readHome(ctx: PointsContext, buyer: Buyer): Promise<Block[]> {
  const { settings } = await readSettings(ctx);
  const blocks: Block[] = [];
  for (const [index, block] of settings.blocks.entries()) {
    const filled = await fill(ctx, buyer, block, String(index));
    if (filled) blocks.push(filled);
  }
  return blocks;
}

async function fill(
  ctx: PointsContext,
  buyer: Buyer,
  block: Settings['blocks'][number],
  blockId: string,
): Promise<Block | null> {
  const { title } = block;
  switch (block.kind) {
    case 'banner':
      return {
        kind: 'banner',
        blockId,
        title,
        slides: block.slides.map(({ fileId, ...slide }) => ({ ...slide, pictureUrl: pictureUrl(fileId) })),
      };
    case 'categories': {
      const items = (await listCategories(ctx, { visibleOnly: true })).filter(({ parentId }) => parentId === null);
      return items.length > 0 ? { kind: 'categories', blockId, title, items } : null;
    }
    case 'product_grid': {
      const { items } = await listProducts(ctx, { ...sourceOf(block.source), limit: block.limit });
      return items.length > 0 ? { kind: 'product_grid', blockId, title, link: block.link, items } : null;
    }
    case 'coupon_strip': {
      const items = await offersOf(ctx, buyer, block.templateIds);
      return items.length > 0 ? { kind: 'coupon_strip', blockId, title, items } : null;
    }
    case 'new_customer_gift': {
      const items = await offersOf(ctx, buyer, block.templateIds);
      const { body, link } = block;
      const isWorthShowing = items.length > 0 || body !== '';
      return isWorthShowing ? { kind: 'new_customer_gift', blockId, title, body, link, items } : null;
    }
    case 'text':
      return { kind: 'text', blockId, title, body: block.body, link: block.link };
    default:
      return block satisfies never;
  }
}

function sourceOf(source: Extract<Settings['blocks'][number], { kind: 'product_grid' }>['source']) {
  switch (source.by) {
    case 'newest':
    case 'sold':
      return { sort: source.by };
    case 'category':
      return { categoryId: source.categoryId };
    case 'picked':
      return { productIds: source.productIds };
    default:
      return source satisfies never;
  }
}

async function offersOf(ctx: PointsContext, buyer: Buyer, templateIds: readonly string[]): Promise<Offer[]> {
  if (templateIds.length === 0) return [];
  const templates = await readTemplates(ctx, templateIds);
  const owned =
    buyer.customerId === null
      ? []
      : await couponsOfCustomer(ctx, { customerId: buyer.customerId, state: 'usable', limit: 500 });
  const claimed = new Set(owned.map(({ templateId }) => templateId));
  return templateIds.flatMap((templateId) => {
    const template = templates.get(templateId);
    return template?.status === 'published' && template.terms.claim !== null
      ? [toOffer(template, claimed.has(templateId))]
      : [];
  });
}

function toOffer({ templateId, terms }: Template, isClaimed: boolean): Offer {
  const step = terms.kind === 'amount_off' ? terms.rule.steps.at(0) : undefined;
  return {
    templateId,
    name: terms.name,
    kind: terms.kind,
    offFen: step?.offFen ?? null,
    offBps: terms.kind === 'percent_off' ? terms.rule.offBps : null,
    thresholdFen: step?.thresholdFen ?? (terms.kind === 'percent_off' ? terms.rule.thresholdFen : 0),
    validUntil: 'until' in terms.validity ? terms.validity.until : null,
    isClaimed,
  };
}
