import type { Content } from './use-programme.ts';

export type Condition = Content['tiers'][number]['entry'];
export type ConditionKind = Condition['kind'];
type Window = Extract<Condition, { kind: 'spend' }>['window'];

/** A window of a kind with what is usual. */
export function windowOf(kind: Window['kind']): Window {
  return kind === 'days' ? { kind, days: 365 } : { kind };
}

/** A condition of another kind that keeps what it can of the one before: its window, its amount, or itself inside a group. */
export function conditionOfKind(kind: ConditionKind, before?: Condition): Condition {
  const window = before !== undefined && 'window' in before ? before.window : windowOf('calendar_year');
  const amount = before !== undefined && 'atLeastMinor' in before ? before.atLeastMinor : 100_000;
  switch (kind) {
    case 'everyone':
    case 'granted':
      return { kind };
    case 'spend':
    case 'single_order':
      return { kind, atLeastMinor: amount, window };
    case 'orders':
      return { kind, atLeast: 3, window };
    case 'all':
    case 'any': {
      if (before !== undefined && 'conditions' in before) return { kind, conditions: before.conditions };
      const kept = before !== undefined && 'window' in before ? before : conditionOfKind('spend');
      return { kind, conditions: [kept] };
    }
    default:
      return kind satisfies never;
  }
}
