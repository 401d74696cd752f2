import type * as z from 'zod';

import type { DefinitionKind } from '#platform/definitions';
import { mulBpsFloor } from '#platform/money';

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

/** What a promotion takes off a base, never more than it, and what is missing to the next step (null at the last). In fen. */
export function reductionOf(
  { steps, repeats }: Pick<PromotionTerms, 'steps' | 'repeats'>,
  baseFen: number,
): { offFen: number; missingFen: number | null; nextOffFen: number } {
  const rising = steps.toSorted((a, b) => a.thresholdFen - b.thresholdFen);
  const reached = rising.findLast(({ thresholdFen }) => baseFen >= thresholdFen);
  const next = rising.find(({ thresholdFen }) => baseFen < thresholdFen);
  const times = repeats && reached ? Math.floor(baseFen / reached.thresholdFen) : 1;
  const off = reached
    ? reached.offFen === null
      ? mulBpsFloor(baseFen, reached.offBps ?? 0)
      : reached.offFen * times
    : 0;
  const nextOff = next ? (next.offFen ?? mulBpsFloor(next.thresholdFen, next.offBps ?? 0)) : 0;
  return {
    offFen: Math.min(off, baseFen),
    missingFen: next ? next.thresholdFen - baseFen : null,
    nextOffFen: nextOff,
  };
}
