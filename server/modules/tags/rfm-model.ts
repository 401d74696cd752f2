import * as z from 'zod';

import type { DefinitionKind } from '#platform/definitions';

/** The octants of above/below in recency, frequency and money, in the trade's usual names. */
export const rfmGroups = [
  { code: 'champions', highR: true, highF: true, highM: true },
  { code: 'promising_big_spenders', highR: true, highF: false, highM: true },
  { code: 'must_keep', highR: false, highF: true, highM: true },
  { code: 'must_win_back', highR: false, highF: false, highM: true },
  { code: 'regulars', highR: true, highF: true, highM: false },
  { code: 'newcomers', highR: true, highF: false, highM: false },
  { code: 'fading_regulars', highR: false, highF: true, highM: false },
  { code: 'lapsed', highR: false, highF: false, highM: false },
] as const;

export type RfmGroupCode = (typeof rfmGroups)[number]['code'];

const score = z.int().min(2).max(5);

/** How RFM is computed for a tenant; versioned like every definition. */
export const RfmModel = z.object({
  /** Orders of the last so many months count; null counts all. */
  windowMonths: z.int().min(1).max(120).nullable().default(null),
  /** Recency is measured from today, or from the day after the newest order when data ends earlier. */
  asOf: z.enum(['today', 'newest_order']).default('newest_order'),
  /** A score counts as high from here on, per dimension. */
  highFrom: z.object({ r: score, f: score, m: score }).default({ r: 4, f: 4, m: 4 }),
  /** Share of customers, by weighted score, that make up the high-value set. */
  topShareBps: z.int().min(100).max(10_000).default(1_500),
});
export type RfmModel = z.output<typeof RfmModel>;

export const rfmModelKind: DefinitionKind<RfmModel> = { kind: 'rfm_model', schema: RfmModel };

export const defaultRfmModel: RfmModel = RfmModel.parse({});

/** The group of a customer's scores under the model's thresholds. */
export function rfmGroupOf(
  scores: { r: number; f: number; m: number },
  { highFrom }: Pick<RfmModel, 'highFrom'>,
): RfmGroupCode {
  const high = { highR: scores.r >= highFrom.r, highF: scores.f >= highFrom.f, highM: scores.m >= highFrom.m };
  const group = rfmGroups.find(
    (one) => one.highR === high.highR && one.highF === high.highF && one.highM === high.highM,
  );
  return group?.code ?? 'lapsed';
}
