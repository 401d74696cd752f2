import { mulBpsFloor } from '#platform/money';

import type { PromotionTerms } from './promotion.ts';

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
