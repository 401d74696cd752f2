import type * as z from 'zod';

import type { DefinitionKind } from '#platform/definitions';

import { Promotion } from './console-contract.ts';

export type PromotionTerms = z.output<typeof Promotion>;

/** Promotions are definitions: drafted, published, rolled back. */
export const promotionKind: DefinitionKind<PromotionTerms> = { kind: 'mall.promotion', schema: Promotion };

/** A promotion in force. */
export interface RunningPromotion {
  readonly promotionId: string;
  readonly name: string;
  readonly terms: PromotionTerms;
}

interface Goods {
  readonly productId: string;
  readonly categoryIds: readonly string[];
}

/** Whether a promotion runs at a moment and is about these goods. */
export function appliesTo({ terms }: RunningPromotion, goods: Goods, now: Date): boolean {
  if (now < terms.startsAt || now >= terms.endsAt) return false;
  if (terms.productIds.length === 0 && terms.categoryIds.length === 0) return true;
  return (
    terms.productIds.includes(goods.productId) ||
    goods.categoryIds.some((categoryId) => terms.categoryIds.includes(categoryId))
  );
}
