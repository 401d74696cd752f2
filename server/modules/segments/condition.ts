import * as z from 'zod';

import type { DefinitionKind, DefinitionProblem } from '#platform/definitions';

const days = z.int().min(1).max(3_660);
const count = z.int().min(0).max(1_000_000);
/** At least one bound; both are inclusive. */
const range = <T extends z.ZodType<number>>(value: T) =>
  z
    .object({ min: value.optional(), max: value.optional() })
    .refine(({ min, max }) => min !== undefined || max !== undefined, 'needs min or max');

/** One question about a customer. Windows are whole days back from today in the brand's zone; null means ever. */
export const Leaf = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('order_count'), withinDays: days.nullable(), count: range(count) }),
  z.object({ kind: z.literal('spend'), withinDays: days.nullable(), amountMinor: range(z.int().min(-1e12).max(1e12)) }),
  z.object({ kind: z.literal('last_order_days_ago'), days: range(z.int().min(0).max(36_500)) }),
  z.object({
    kind: z.literal('bought_on_channel'),
    withinDays: days.nullable(),
    channels: z.array(z.string().min(1).max(32)).min(1).max(20),
  }),
  z.object({
    kind: z.literal('event_count'),
    event: z.string().min(1).max(100),
    withinDays: days,
    count: range(count),
  }),
  z.object({ kind: z.literal('last_seen_days_ago'), days: range(z.int().min(0).max(36_500)) }),
  z.object({ kind: z.literal('first_seen_days_ago'), days: range(z.int().min(0).max(36_500)) }),
  z.object({
    kind: z.literal('rfm_group'),
    groups: z
      .array(z.string().regex(/^[a-z_]{1,40}$/))
      .min(1)
      .max(8),
  }),
  z.object({
    kind: z.literal('rfm_score'),
    dimension: z.enum(['r', 'f', 'm', 'weighted']),
    score: range(z.int().min(1).max(100)),
  }),
  z.object({ kind: z.literal('high_value') }),
  z.object({ kind: z.literal('tag'), tagIds: z.array(z.int().positive()).min(1).max(50) }),
  z.object({ kind: z.literal('store'), storeIds: z.array(z.int().positive()).min(1).max(200) }),
  z.object({ kind: z.literal('tier'), tierCodes: z.array(z.string().min(1).max(40)).min(1).max(20) }),
  z.object({ kind: z.literal('known'), known: z.boolean() }),
]);
export type Leaf = z.output<typeof Leaf>;

export type Condition =
  | { kind: 'all' | 'any'; conditions: Condition[] }
  | { kind: 'not'; condition: Condition }
  | { kind: 'segment'; segmentId: string }
  | Leaf;

/** A nested condition over customers, and the JSON the visual builder edits. */
export const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.object({ kind: z.enum(['all', 'any']), conditions: z.array(Condition).min(1).max(50) }),
    z.object({ kind: z.literal('not'), condition: Condition }),
    z.object({ kind: z.literal('segment'), segmentId: z.uuid() }),
    Leaf,
  ]),
);

export const SegmentContent = z.object({ condition: Condition, description: z.string().max(500).default('') });
export type SegmentContent = z.output<typeof SegmentContent>;

const deepest = 8;
const mostLeaves = 60;

/** How deep a condition nests and how many questions it asks. */
export function measureCondition(condition: Condition): { depth: number; leaves: number } {
  if (condition.kind === 'not') {
    const inner = measureCondition(condition.condition);
    return { depth: inner.depth + 1, leaves: inner.leaves };
  }
  if (condition.kind !== 'all' && condition.kind !== 'any') return { depth: 1, leaves: 1 };
  const inner = condition.conditions.map(measureCondition);
  return {
    depth: 1 + Math.max(...inner.map(({ depth }) => depth)),
    leaves: inner.reduce((sum, { leaves }) => sum + leaves, 0),
  };
}

/** The segments a condition refers to. */
export function referencedSegments(condition: Condition): string[] {
  if (condition.kind === 'segment') return [condition.segmentId];
  if (condition.kind === 'not') return referencedSegments(condition.condition);
  return condition.kind === 'all' || condition.kind === 'any' ? condition.conditions.flatMap(referencedSegments) : [];
}

function problems(_ctx: unknown, { condition }: SegmentContent): DefinitionProblem[] {
  const { depth, leaves } = measureCondition(condition);
  return [
    ...(depth > deepest ? [{ code: 'segment_too_deep', path: 'condition', parameters: { deepest } }] : []),
    ...(leaves > mostLeaves ? [{ code: 'segment_too_large', path: 'condition', parameters: { mostLeaves } }] : []),
    ...(referencedSegments(condition).length > 0 && leaves === 0 ? [{ code: 'segment_empty', path: 'condition' }] : []),
  ];
}

export const segmentKind: DefinitionKind<SegmentContent> = { kind: 'segment', schema: SegmentContent, problems };
