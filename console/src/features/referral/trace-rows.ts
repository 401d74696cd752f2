/** What a row needs to know of a share link. */
export interface TraceLike {
  readonly traceId: string;
  readonly children: number;
}

/** The links loaded below one, and whether there are more. */
export interface LoadedChildren<Trace extends TraceLike> {
  readonly traces: readonly Trace[];
  readonly hasMore: boolean;
}

export type TraceRow<Trace extends TraceLike> =
  | {
      readonly kind: 'trace';
      readonly key: string;
      readonly level: number;
      readonly trace: Trace;
      readonly isOpen: boolean;
    }
  /** More links of the parent can be loaded here, or are being loaded. */
  | {
      readonly kind: 'more';
      readonly key: string;
      readonly level: number;
      readonly parentId: string;
      readonly left: number;
    };

/** The open part of the trees as rows, top down; each subtree stands right below its root. */
export function visibleRows<Trace extends TraceLike>(
  roots: readonly Trace[],
  open: ReadonlySet<string>,
  loaded: ReadonlyMap<string, LoadedChildren<Trace>>,
): TraceRow<Trace>[] {
  const rows: TraceRow<Trace>[] = [];
  const walk = (traces: readonly Trace[], level: number) => {
    for (const trace of traces) {
      const isOpen = open.has(trace.traceId) && trace.children > 0;
      rows.push({ kind: 'trace', key: trace.traceId, level, trace, isOpen });
      if (!isOpen) continue;
      const below = loaded.get(trace.traceId);
      walk(below?.traces ?? [], level + 1);
      if (below === undefined || below.hasMore) {
        const left = Math.max(trace.children - (below?.traces.length ?? 0), 1);
        rows.push({ kind: 'more', key: `${trace.traceId} more`, level: level + 1, parentId: trace.traceId, left });
      }
    }
  };
  walk(roots, 0);
  return rows;
}
