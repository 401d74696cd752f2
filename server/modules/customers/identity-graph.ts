import type { IdentifierKind } from './identifier-kinds.ts';

/** A node: one identifier of one tenant. Ids are hashes, so their order is the same whoever arrives first. */
export interface GraphIdentifier {
  readonly id: number;
  readonly kind: string;
  readonly scope: string;
  readonly rules: IdentifierKind;
  /** Found before, not to be judged again: shared by many, blocked by staff, or at the edge of what is loaded. */
  readonly fixedState?: IdentifierState | undefined;
  /** For an identifier at the edge, whose other links are not loaded: the first days of its later eras, as stored. */
  readonly fixedEras?: readonly number[] | undefined;
}

/** active: says what its kind can say. contested: joins nobody. shared, blocked: says nothing at all. */
export type IdentifierState = 'active' | 'contested' | 'shared' | 'blocked';

/** An edge: two identifiers seen together. Days count from 1970-01-01. */
export interface GraphLink {
  readonly a: number;
  readonly b: number;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly sources: readonly number[];
  readonly claimed: boolean;
}

/** What staff decided; a merge has all its members in side A. */
export interface GraphDecision {
  readonly decisionId: string;
  readonly kind: 'merge' | 'split';
  readonly sideA: readonly number[];
  readonly sideB: readonly number[];
  readonly decidedAtMs: number;
}

export interface IdentityGraph {
  readonly identifiers: readonly GraphIdentifier[];
  readonly links: readonly GraphLink[];
  readonly decisions: readonly GraphDecision[];
}

/** Why two identifiers seen together are, or are not, one person's. */
export type Verdict =
  | 'joined'
  | 'attached'
  | 'kept_apart'
  | 'single_valued'
  | 'over_limit'
  | 'too_large'
  | 'contested'
  | 'incidental'
  | 'recycled'
  | 'claimed'
  | 'weak'
  | 'shared'
  | 'blocked';

/** An identifier in one of its eras (0 unless the number was recycled). */
export interface Member {
  readonly id: number;
  readonly era: number;
}

export interface Clustering {
  /** Every identifier and era in exactly one cluster. */
  readonly clusters: readonly (readonly Member[])[];
  /** First days of the later eras of recycled identifiers. */
  readonly eras: ReadonlyMap<number, readonly number[]>;
  readonly states: ReadonlyMap<number, IdentifierState>;
  /** One per link of the graph, in its order. */
  readonly verdicts: readonly Verdict[];
  /** One per link: it was refused or disputed on the way, so that more evidence around it may change the outcome. */
  readonly doubts: readonly boolean[];
}
