import * as z from 'zod';

/** Over which purchases a condition looks: all, this calendar year's, or those of the last N days, in the brand's time. */
export const Window = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ever') }),
  z.object({ kind: z.literal('calendar_year') }),
  z.object({ kind: z.literal('days'), days: z.int().min(1).max(3660) }),
]);
export type Window = z.output<typeof Window>;

const amount = z.int().min(1).max(100_000_000_000);
const window = Window.default({ kind: 'ever' });

const Leaf = z.discriminatedUnion('kind', [
  /** Every member. */
  z.object({ kind: z.literal('everyone') }),
  /** Nobody by purchases: reached only by being granted or bought. */
  z.object({ kind: z.literal('granted') }),
  z.object({ kind: z.literal('spend'), atLeastMinor: amount, window }),
  z.object({ kind: z.literal('orders'), atLeast: z.int().min(1).max(100_000), window }),
  z.object({ kind: z.literal('single_order'), atLeastMinor: amount, window }),
]);
type Leaf = z.output<typeof Leaf>;

/** What a member must have done: leaves combined by `all` (and) and `any` (or). */
export type Condition =
  | Leaf
  | { readonly kind: 'all'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'any'; readonly conditions: readonly Condition[] };
const nested: z.ZodType<readonly Condition[]> = z.lazy(() => z.array(Condition).min(1).max(10));
export const Condition: z.ZodType<Condition> = z.union([
  Leaf,
  z.object({ kind: z.literal('all'), conditions: nested }),
  z.object({ kind: z.literal('any'), conditions: nested }),
]);

/** What a customer bought in each window, in minor units. Refunded parts are taken out; wholly refunded orders are no orders. */
export interface PurchaseFacts {
  readonly spendMinor: Readonly<Record<string, number>>;
  readonly orders: Readonly<Record<string, number>>;
  readonly largestMinor: Readonly<Record<string, number>>;
}

/** Name of a window in the facts. */
export function windowKey(one: Window): string {
  return one.kind === 'days' ? `days_${one.days}` : one.kind;
}

/** The windows a condition looks at. */
export function windowsOf(condition: Condition): Window[] {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.conditions.flatMap(windowsOf);
  return 'window' in condition ? [condition.window] : [];
}

/** One leaf with what was there and what was needed, for explaining and for progress. */
export interface Progress {
  readonly kind: 'spend' | 'orders' | 'single_order';
  readonly window: string;
  readonly reached: number;
  readonly needed: number;
}

export interface Judgement {
  readonly holds: boolean;
  /** The leaves that decided: those that hold, or, when it does not hold, those that are missing. */
  readonly progress: readonly Progress[];
}

/** Whether a condition holds for these purchases, and why. */
export function judge(condition: Condition, facts: PurchaseFacts): Judgement {
  switch (condition.kind) {
    case 'everyone':
      return { holds: true, progress: [] };
    case 'granted':
      return { holds: false, progress: [] };
    case 'all': {
      const parts = condition.conditions.map((part) => judge(part, facts));
      const holds = parts.every((part) => part.holds);
      return { holds, progress: parts.filter((part) => holds || !part.holds).flatMap(({ progress }) => progress) };
    }
    case 'any': {
      const parts = condition.conditions.map((part) => judge(part, facts));
      const holds = parts.some((part) => part.holds);
      return { holds, progress: parts.filter((part) => !holds || part.holds).flatMap(({ progress }) => progress) };
    }
    case 'spend':
      return leaf(condition, facts.spendMinor, condition.atLeastMinor);
    case 'orders':
      return leaf(condition, facts.orders, condition.atLeast);
    case 'single_order':
      return leaf(condition, facts.largestMinor, condition.atLeastMinor);
    default:
      return condition satisfies never;
  }
}

function leaf(
  condition: { readonly kind: Progress['kind']; readonly window: Window },
  values: Readonly<Record<string, number>>,
  needed: number,
): Judgement {
  const key = windowKey(condition.window);
  const reached = values[key] ?? 0;
  return { holds: reached >= needed, progress: [{ kind: condition.kind, window: key, reached, needed }] };
}
