import type { JourneyNode } from './graph.ts';

/** Where a run stands within its journey. */
export interface Position {
  readonly nodeId: string;
  /** A wait counts as begun from here; null when the run has just come to the node. */
  readonly dueAt: Date | null;
  /** The awaited event has happened. */
  readonly arrived: boolean;
}

/** What happened at a node and what follows. */
export type Step =
  | { readonly kind: 'go'; readonly to: string | null; readonly outcome: string }
  | { readonly kind: 'stay'; readonly until: Date; readonly waitingEvent: string | null; readonly outcome: string };

/** What the world says at a node: whether its condition holds, and what became of its effect. */
export interface Facts {
  readonly holds?: boolean | undefined;
  readonly effect?: string | undefined;
}

const later = (now: Date, minutes: number) => new Date(now.getTime() + minutes * 60_000);

/** Decides one step. Pure: the same position, facts and time always give the same step. */
export function step(node: JourneyNode, position: Position, facts: Facts, now: Date): Step {
  switch (node.kind) {
    case 'wait':
      if (position.dueAt === null)
        return { kind: 'stay', until: later(now, node.minutes), waitingEvent: null, outcome: 'waiting' };
      return { kind: 'go', to: node.next, outcome: 'waited' };
    case 'wait_event':
      if (position.dueAt === null) {
        return { kind: 'stay', until: later(now, node.minutes), waitingEvent: node.event, outcome: 'waiting' };
      }
      return position.arrived
        ? { kind: 'go', to: node.happened, outcome: 'happened' }
        : { kind: 'go', to: node.timedOut, outcome: 'timed_out' };
    case 'condition':
      return facts.holds ? { kind: 'go', to: node.yes, outcome: 'yes' } : { kind: 'go', to: node.no, outcome: 'no' };
    case 'coupon':
    case 'message':
    case 'tag':
      return { kind: 'go', to: node.next, outcome: facts.effect ?? 'done' };
    case 'exit':
      return { kind: 'go', to: null, outcome: 'exit' };
    default:
      return node satisfies never;
  }
}
