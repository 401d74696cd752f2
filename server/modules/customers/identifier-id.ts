import { createHash } from 'node:crypto';

/** 53 bits of a blind index: the id of the identifier and of the customer it may found. The same on every retry and rebuild. */
export function identifierId(blindIndex: Buffer, { era = 0, attempt = 0 } = {}): number {
  const bits =
    era === 0 && attempt === 0
      ? blindIndex
      : createHash('sha256').update(blindIndex).update(`|${era}|${attempt}`).digest();
  const id = Number(bits.readBigUInt64BE(0) >> 11n);
  // One in 2^53 values is zero, which is no id.
  return id === 0 ? identifierId(blindIndex, { era, attempt: attempt + 1 }) : id;
}

/** Ids for values not stored yet: where another value already has the id, the next attempt's. `takenBy` says who has which. */
export async function chooseIds(
  values: readonly { readonly blindIndex: Buffer; readonly era: number }[],
  takenBy: (ids: readonly number[]) => Promise<ReadonlyMap<number, Buffer>>,
  idOf: typeof identifierId = identifierId,
): Promise<number[]> {
  const chosen: number[] = [];
  const inUse = new Set<number>();
  let open = values.map((value, place) => ({ ...value, place, attempt: 0 }));
  while (open.length > 0) {
    const wanted = open.map(({ blindIndex, era, attempt }) => idOf(blindIndex, { era, attempt }));
    const taken = await takenBy(wanted);
    const clashing: typeof open = [];
    for (const [index, value] of open.entries()) {
      const id = wanted[index] ?? 0;
      if (taken.has(id) || inUse.has(id)) clashing.push({ ...value, attempt: value.attempt + 1 });
      else {
        inUse.add(id);
        chosen[value.place] = id;
      }
    }
    open = clashing;
  }
  return chosen;
}
