import type { GraphIdentifier } from './identity-graph.ts';
import type { Partition } from './partition.ts';

/** A phone number rests this long with its carrier before somebody else gets it. */
const recycledAfterDays = 90;
/** Seen with its owner over at least this long, an identifier is not lost to someone it was seen with once. */
const settledAfterDays = 30;

/** One person (a set of strong identifiers) an identifier was seen with. */
export interface Claimant {
  /** Any node of the person's set. */
  readonly node: number;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly sources: ReadonlySet<number>;
  /** The links that say so, by their place in the graph. */
  readonly links: readonly number[];
}

/** Whose an identifier is that several people claim. */
export type Ownership =
  | { readonly kind: 'agreed' }
  /** Handed on: the first days of the eras after the first. */
  | { readonly kind: 'recycled'; readonly laterStarts: readonly number[] }
  /** One owner; the links to the others mean nothing. */
  | { readonly kind: 'owned'; readonly incidental: readonly number[] }
  | { readonly kind: 'contested' };

/** Decides whose an identifier is from those who claim it. */
export function judgeOwnership(
  identifier: GraphIdentifier,
  claimants: readonly Claimant[],
  partition: Partition,
): Ownership {
  const compatible = (some: readonly Claimant[]) => partition.refusal(some.map(({ node }) => node)) === null;
  if (compatible(claimants)) return { kind: 'agreed' };
  if (identifier.rules.recycled) {
    const laterStarts = splitIntoEras(claimants, compatible);
    if (laterStarts) return { kind: 'recycled', laterStarts };
  }
  const incidental = incidentalLinks(claimants, compatible);
  return incidental ? { kind: 'owned', incidental } : { kind: 'contested' };
}

function splitIntoEras(
  claimants: readonly Claimant[],
  compatible: (some: readonly Claimant[]) => boolean,
): number[] | null {
  const byTime = claimants.toSorted((x, y) => x.firstDay - y.firstDay || x.lastDay - y.lastDay || x.node - y.node);
  const eras: Claimant[][] = [];
  let lastDay = -Infinity;
  for (const claimant of byTime) {
    const era = eras.at(-1);
    if (era && compatible([...era, claimant])) era.push(claimant);
    else if (!era || claimant.firstDay - lastDay >= recycledAfterDays) eras.push([claimant]);
    else return null;
    lastDay = Math.max(lastDay, claimant.lastDay);
  }
  return eras.slice(1).map((era) => Math.min(...era.map(({ firstDay }) => firstDay)));
}

// A number mistyped once at a till must not cost its real owner the number.
function incidentalLinks(
  claimants: readonly Claimant[],
  compatible: (some: readonly Claimant[]) => boolean,
): number[] | null {
  const settled = claimants.filter(
    ({ firstDay, lastDay, sources }) => lastDay - firstDay >= settledAfterDays || sources.size >= 2,
  );
  const fleeting = claimants.filter(({ firstDay, lastDay, sources }) => lastDay === firstDay && sources.size === 1);
  if (settled.length === 0 || settled.length + fleeting.length < claimants.length || !compatible(settled)) return null;
  return fleeting.flatMap(({ links }) => links);
}
