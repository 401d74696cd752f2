import { Condition } from '@shuke/server/contracts/segments';

/** Kinds of questions about a customer, in the order and groups of the builder. */
export const leafGroups = [
  { group: 'orders', kinds: ['order_count', 'spend', 'last_order_days_ago', 'bought_on_channel'] },
  { group: 'behaviour', kinds: ['event_count', 'last_seen_days_ago', 'first_seen_days_ago'] },
  { group: 'value', kinds: ['rfm_group', 'rfm_score', 'high_value', 'tier'] },
  { group: 'person', kinds: ['tag', 'store', 'known', 'segment'] },
] as const;

export type LeafKind = (typeof leafGroups)[number]['kinds'][number];
export type Leaf = Extract<Condition, { kind: LeafKind }>;
export type Group = Extract<Condition, { kind: 'all' | 'any' }>;

export function isGroup(condition: Condition): condition is Group {
  return condition.kind === 'all' || condition.kind === 'any';
}

/** A question as it starts, with the commonest values; choices start empty and must be filled in. */
export function newLeaf(kind: LeafKind): Leaf {
  switch (kind) {
    case 'order_count':
      return { kind, withinDays: 90, count: { min: 1 } };
    case 'spend':
      return { kind, withinDays: 365, amountMinor: { min: 100_000 } };
    case 'last_order_days_ago':
      return { kind, days: { min: 60 } };
    case 'bought_on_channel':
      return { kind, withinDays: null, channels: [] };
    case 'event_count':
      return { kind, event: 'Product Viewed', withinDays: 7, count: { min: 3 } };
    case 'last_seen_days_ago':
      return { kind, days: { max: 7 } };
    case 'first_seen_days_ago':
      return { kind, days: { max: 30 } };
    case 'rfm_group':
      return { kind, groups: [] };
    case 'rfm_score':
      return { kind, dimension: 'r', score: { min: 4 } };
    case 'high_value':
      return { kind };
    case 'tier':
      return { kind, tierCodes: [] };
    case 'tag':
      return { kind, tagIds: [] };
    case 'store':
      return { kind, storeIds: [] };
    case 'known':
      return { kind, known: true };
    case 'segment':
      return { kind, segmentId: '' };
    default:
      return kind satisfies never;
  }
}

/** Whether nothing is left to fill in. */
export function isComplete(condition: Condition): boolean {
  return Condition.safeParse(condition).success;
}

/** Turns a condition around; turning it twice gives it back. */
export function negate(condition: Condition): Condition {
  return condition.kind === 'not' ? condition.condition : { kind: 'not', condition };
}

/** Reads a condition from JSON text; null when the text is not one. */
export function parseCondition(text: string): Condition | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // Still being typed.
  }
  const parsed = Condition.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** Ways to begin, named in the language files under `templates`. */
export const templates: Readonly<Record<string, Condition>> = {
  recent: { kind: 'all', conditions: [{ kind: 'order_count', withinDays: 30, count: { min: 1 } }] },
  silent: {
    kind: 'all',
    conditions: [
      { kind: 'order_count', withinDays: null, count: { min: 1 } },
      { kind: 'last_order_days_ago', days: { min: 60 } },
    ],
  },
  cart: {
    kind: 'all',
    conditions: [
      { kind: 'event_count', event: 'Product Added', withinDays: 3, count: { min: 1 } },
      { kind: 'not', condition: { kind: 'order_count', withinDays: 3, count: { min: 1 } } },
    ],
  },
  browsing: {
    kind: 'all',
    conditions: [
      { kind: 'event_count', event: 'Product Viewed', withinDays: 7, count: { min: 3 } },
      { kind: 'not', condition: { kind: 'order_count', withinDays: 7, count: { min: 1 } } },
    ],
  },
  best: { kind: 'all', conditions: [{ kind: 'high_value' }] },
  known: { kind: 'all', conditions: [{ kind: 'known', known: true }] },
};
