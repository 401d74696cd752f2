import type * as z from 'zod';

import { findProduct as findInCatalog, listProducts as listInCatalog } from '#catalog';
import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

import type { Buyer } from './buyer.ts';
import { loadGoods, pictureUrl, priceView, runningPromotions } from './goods.ts';
import { appliesTo } from './promotion.ts';
import { tierCodeOf } from './value-ports.ts';
import type { PointsContext } from './value-ports.ts';
import type { ProductCard, ProductView } from './views.ts';

type Card = z.input<typeof ProductCard>;
type Summary = Awaited<ReturnType<typeof listInCatalog>>['items'][number];

/** What a list of products may be narrowed to. */
export interface ProductQuery {
  readonly search?: string | undefined;
  readonly categoryId?: string | undefined;
  readonly productIds?: readonly string[] | undefined;
  readonly sort?: 'newest' | 'price' | 'price_desc' | 'sold' | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Products on sale as cards. */
export async function listProducts(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  { search, categoryId, productIds, ...page }: ProductQuery,
): Promise<{ items: Card[]; nextCursor: string | null }> {
  const { items, nextCursor } = await listInCatalog(ctx, { search, categoryId, productIds, status: 'on_sale' }, page);
  return { items: items.map(toCard), nextCursor };
}

function toCard(product: Summary): Card {
  const priceFen = product.minPriceFen ?? 0;
  return {
    productId: product.productId,
    title: product.title,
    subtitle: product.subtitle,
    pictureUrl: pictureUrl(product.mediaFileId),
    priceFen,
    hasHigherPrices: (product.maxPriceFen ?? priceFen) > priceFen,
    listPriceFen: product.listPriceFen !== null && product.listPriceFen > priceFen ? product.listPriceFen : null,
    soldQuantity: product.soldQuantity,
    available: product.available,
  };
}

/** One product on sale with the prices this buyer pays; anything not on sale does not exist. */
export async function findProduct(
  ctx: PointsContext,
  buyer: Buyer,
  productId: string,
): Promise<z.input<typeof ProductView>> {
  const product = await findInCatalog(ctx, productId);
  if (product.status !== 'on_sale') throw new NotFound('Product');
  const skus = product.skus.filter(({ isEnabled }) => isEnabled);
  const tierCode = buyer.customerId === null ? null : await tierCodeOf(ctx, buyer.customerId);
  const offers = await loadGoods(
    ctx,
    skus.map(({ skuId }) => skuId),
    tierCode,
  );
  const goods = { productId, categoryIds: product.categoryId === null ? [] : [product.categoryId] };
  const promotions = (await runningPromotions(ctx)).filter((promotion) => appliesTo(promotion, goods, ctx.now));
  const views = skus
    .flatMap(({ skuId }) => offers.get(skuId) ?? [])
    .map((offer) => ({
      skuId: offer.sku.skuId,
      code: offer.sku.code,
      spec: { ...offer.sku.spec },
      pictureUrl: pictureUrl(offer.sku.imageFileId),
      price: priceView(offer),
      available: offer.available,
    }));
  const paid = views.map(({ price }) => price.payFen);
  const priceFen = paid.length > 0 ? Math.min(...paid) : 0;
  const listFen = Math.max(
    0,
    ...views.filter(({ price }) => price.payFen === priceFen).map(({ price }) => price.listFen),
  );
  return {
    productId,
    title: product.title,
    subtitle: product.subtitle,
    pictureUrl: pictureUrl(product.media.find(({ kind }) => kind === 'image')?.fileId ?? null),
    priceFen,
    hasHigherPrices: paid.some((price) => price > priceFen),
    listPriceFen: listFen > priceFen ? listFen : null,
    soldQuantity: product.soldQuantity,
    available: views.reduce((sum, sku) => sum + sku.available, 0),
    categoryId: product.categoryId,
    brandName: product.brandName,
    kind: product.kind,
    media: product.media.map(({ kind, fileId }) => ({ kind, url: pictureUrl(fileId) ?? '' })),
    details: product.details.map((block) =>
      block.type === 'text' ? { ...block } : { type: 'image' as const, url: pictureUrl(block.fileId) ?? '' },
    ),
    attributes: { ...product.attributes },
    specNames: [...product.specNames],
    skus: views,
    promotions: promotions.map(({ promotionId, name }) => ({ promotionId, name })),
  };
}
