import { Promotion } from '@shuke/server/contracts/mall';
import type { listPromotions } from '@shuke/server/contracts/mall';
import type { TFunction } from 'i18next';

import type { Reply } from '../../lib/api.ts';
import type { Locale } from '../../lib/format.ts';
import { offerText } from '../coupons/coupon-text.ts';

export type PromotionRow = Reply<typeof listPromotions>['items'][number];
export type PromotionContent = NonNullable<PromotionRow['draft']>;

const promotionStates = ['draft', 'scheduled', 'running', 'over', 'paused'] as const;
type PromotionState = (typeof promotionStates)[number];

export const promotionTone = {
  draft: 'neutral',
  scheduled: 'info',
  running: 'good',
  over: 'neutral',
  paused: 'warn',
} as const satisfies Record<PromotionState, string>;

/** Whether a promotion takes anything off now: what is published counts, not the draft beside it. */
export function promotionState(
  { status, published }: Pick<PromotionRow, 'status' | 'published'>,
  now: Date,
): PromotionState {
  if (published === null) return 'draft';
  if (new Date(published.endsAt) <= now) return 'over';
  if (status !== 'active') return 'paused';
  return new Date(published.startsAt) > now ? 'scheduled' : 'running';
}

/** What a promotion takes off, in a line: "¥30 off from ¥199; ¥80 off from ¥399". */
export function reductionText(
  t: TFunction,
  { steps, repeats }: Pick<PromotionContent, 'steps' | 'repeats'>,
  locale: Locale,
): string {
  const words = steps
    .map(({ thresholdFen, offFen, offBps }) =>
      offFen === null
        ? offerText(t, { kind: 'percent_off', rule: { thresholdFen, offBps: offBps ?? 0, capFen: null } }, locale)
        : offerText(t, { kind: 'amount_off', rule: { steps: [{ thresholdFen, offFen }] } }, locale),
    )
    .join(t('coupons:offer.separator'));
  return repeats ? t('shop:promotion.everyTime', { reduction: words }) : words;
}

/** The first week of a new promotion: ¥20 off from ¥199, everything, coupons on top. */
export function newPromotion(now: Date): PromotionContent {
  const startsMs = Math.ceil(now.getTime() / 3_600_000) * 3_600_000;
  return {
    kind: 'full_reduction',
    steps: [{ thresholdFen: 19_900, offFen: 2_000, offBps: null }],
    repeats: false,
    categoryIds: [],
    productIds: [],
    startsAt: new Date(startsMs).toISOString(),
    endsAt: new Date(startsMs + 7 * 86_400_000).toISOString(),
    stacksWithCoupons: true,
  };
}

export type PromotionProblem = 'endsAt' | 'amounts' | 'tooMuch' | 'repeats';

/** What the server would refuse, by the contract's own rules. */
export function promotionProblems(content: PromotionContent): PromotionProblem[] {
  const parsed = Promotion.safeParse(content);
  if (parsed.success) return [];
  const problems = parsed.error.issues.map(({ path }): PromotionProblem => {
    if (path[0] === 'endsAt' || path[0] === 'repeats') return path[0];
    return path.length === 1 && content.steps.every(({ offFen, offBps }) => (offFen === null) !== (offBps === null))
      ? 'tooMuch'
      : 'amounts';
  });
  return [...new Set(problems)];
}
