import type { Share } from '../api/types.ts';

/** A share with those that hang below it. */
export interface ShareBranch {
  readonly share: Share;
  readonly below: readonly ShareBranch[];
}

/** Turns a list into trees; who has no parent in the list is a root, so nothing is lost. */
export function shareTree(shares: readonly Share[]): ShareBranch[] {
  const known = new Set(shares.map(({ traceId }) => traceId));
  const branch = (share: Share): ShareBranch => ({
    share,
    below: shares.filter(({ parentTraceId }) => parentTraceId === share.traceId).map(branch),
  });
  return shares.filter(({ parentTraceId }) => parentTraceId === null || !known.has(parentTraceId)).map(branch);
}
