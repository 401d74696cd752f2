/** One stored or new identifier (of one era) and the customer it belonged to before; null when it is new. */
export interface Placed {
  readonly id: number;
  readonly before: number | null;
  /** Strong or medium, and not silenced: its customer is a known person. */
  readonly telling: boolean;
  readonly priority: number;
  readonly firstDay: number;
}

/** Identifiers that are one customer; `fixed` when it holds an identifier at the edge, whose customer stays. */
export interface Placement {
  readonly members: readonly Placed[];
  readonly fixed: number | null;
}

/** A customer that one of the identifiers founded. */
export interface Founded {
  readonly customerId: number;
  readonly status: 'active' | 'merged' | 'erased';
  readonly isKnown: boolean;
  readonly createdAt: Date;
  readonly mergedInto: number | null;
}

export interface CustomerState {
  readonly customerId: number;
  readonly isKnown: boolean;
  readonly mergedInto: number | null;
}

export interface Move {
  readonly id: number;
  readonly from: number | null;
  readonly to: number;
}

export interface Assignment {
  /** Every identifier whose customer is new or another than before. */
  readonly moves: readonly Move[];
  readonly created: readonly CustomerState[];
  readonly changed: readonly CustomerState[];
}

/**
 * Which customer each cluster is. A customer is whoever its founding identifier belongs to, so the founded customers of a cluster
 * survive as one: known before anonymous, older before younger, smaller id last. A cluster without any founds a new one.
 */
export function assignCustomers(placements: readonly Placement[], founded: ReadonlyMap<number, Founded>): Assignment {
  const moves: Move[] = [];
  const created: CustomerState[] = [];
  const changed: CustomerState[] = [];
  for (const { members, fixed } of placements) {
    const candidates = members.flatMap(({ id }) => founded.get(id) ?? []).filter(({ status }) => status !== 'erased');
    const survivor = fixed ?? candidates.toSorted(bySeniority)[0]?.customerId ?? founder(members);
    const isKnown = members.some(({ telling }) => telling);
    if (fixed === null && !candidates.some(({ customerId }) => customerId === survivor)) {
      created.push({ customerId: survivor, isKnown, mergedInto: null });
    }
    for (const candidate of candidates) {
      const mergedInto = candidate.customerId === survivor ? null : survivor;
      const known = mergedInto === null ? isKnown : candidate.isKnown;
      if (candidate.mergedInto !== mergedInto || candidate.isKnown !== known) {
        changed.push({ customerId: candidate.customerId, isKnown: known, mergedInto });
      }
    }
    for (const { id, before } of members) if (before !== survivor) moves.push({ id, from: before, to: survivor });
  }
  return { moves, created, changed };
}

function bySeniority(x: Founded, y: Founded): number {
  return (
    Number(y.isKnown) - Number(x.isKnown) ||
    x.createdAt.getTime() - y.createdAt.getTime() ||
    x.customerId - y.customerId
  );
}

function founder(members: readonly Placed[]): number {
  const [first] = members.toSorted((x, y) => x.priority - y.priority || x.firstDay - y.firstDay || x.id - y.id);
  if (!first) throw new RangeError('a cluster has no member');
  return first.id;
}
