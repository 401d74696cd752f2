import { findOffers, isStocked } from '#catalog';
import type { Offer } from '#catalog';
import type { Context } from '#platform/context';
import { runningDefinitions } from '#platform/definitions';

import { unitPrice, winner } from './price-cart.ts';
import type { CartItem } from './price-cart.ts';
import { promotionKind } from './promotion.ts';
import type { RunningPromotion } from './promotion.ts';
import { RecentReads } from './recent-reads.ts';

export type GoodsContext = Pick<Context, 'tx' | 'tenantId' | 'now' | 'services'>;

/** A SKU with what it costs this buyer now and how many pieces can be sold. */
export interface Goods {
  readonly sku: Offer;
  readonly listFen: number;
  readonly saleFen: number;
  readonly limitedFen: number | null;
  readonly memberFen: number | null;
  readonly available: number;
}

/** Goods by SKU id; unknown ids are absent. */
export async function loadGoods(
  ctx: GoodsContext,
  skuIds: readonly string[],
  tierCode: string | null,
): Promise<Map<string, Goods>> {
  const offers = await findOffers(ctx, skuIds, { tierCode });
  return new Map(
    [...offers].map(([skuId, sku]) => [
      skuId,
      {
        sku,
        listFen: sku.listPriceFen,
        saleFen: sku.salePriceFen,
        limitedFen: sku.limitedPriceFen,
        memberFen: sku.memberPriceFen,
        available: sku.available,
      },
    ]),
  );
}

const promotionsInForce = new RecentReads<RunningPromotion[]>();

/** The promotions in force; a change elsewhere counts within a second, one made by this process at once. */
export function runningPromotions(ctx: Pick<Context, 'tx' | 'tenantId' | 'services'>): Promise<RunningPromotion[]> {
  return promotionsInForce.read(ctx, async () => {
    const running = await runningDefinitions(ctx.tx, promotionKind, ctx.tenantId);
    return running.map(({ definitionId, name, content }) => ({ promotionId: definitionId, name, terms: content }));
  });
}

/** Forgets the promotions read before, because one of them changes. */
export function forgetPromotions(ctx: Pick<Context, 'tenantId' | 'services'>): void {
  promotionsInForce.forget(ctx);
}

/** What stands in the way of buying so many pieces; null when nothing does. */
export function problemOf(goods: Goods | undefined, quantity: number): 'off_sale' | 'sold_out' | 'not_enough' | null {
  if (!goods || !goods.sku.isSellable) return 'off_sale';
  if (goods.available <= 0) return 'sold_out';
  return goods.available < quantity ? 'not_enough' : null;
}

/** A line to be priced. */
export function toCartItem({ sku, saleFen, limitedFen, memberFen }: Goods, quantity: number): CartItem {
  return {
    skuId: sku.skuId,
    productId: sku.productId,
    categoryIds: sku.categoryId === null ? [] : [sku.categoryId],
    quantity,
    saleFen,
    limitedFen,
    memberFen,
    isShipped: isStocked(sku.kind),
  };
}

/** The price of one piece as the shop shows it. */
export function priceView(goods: Pick<Goods, 'listFen' | 'saleFen' | 'limitedFen' | 'memberFen'>) {
  const { listFen, saleFen, limitedFen, memberFen } = goods;
  return { listFen, saleFen, limitedFen, memberFen, payFen: unitPrice(goods), kind: winner(goods) };
}

/** The specification in one text: `红 / L`. */
export function specText(spec: Readonly<Record<string, string>>): string {
  return Object.values(spec).join(' / ');
}

/** Where a stored picture is served. */
export function pictureUrl(fileId: string | null): string | null {
  return fileId === null ? null : `/api/mall/media/${encodeURIComponent(fileId)}`;
}
