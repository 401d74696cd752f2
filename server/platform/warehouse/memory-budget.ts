import { totalmem } from 'node:os';

const mebibyte = 1024 * 1024;

/** A quarter of what this machine or container has: the database and the shop's own processes need the rest. */
export function defaultMemoryMb(memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Infinity)): number {
  return Math.max(512, Math.min(32_768, Math.floor(memoryBytes / mebibyte / 4)));
}

interface MemoryBudget {
  /** Fixed when the engine starts. */
  readonly server: Readonly<Record<string, string>>;
  /** Per statement; a statement may ask for less. */
  readonly statement: Readonly<Record<string, string>>;
}

/** Divides the engine's memory: caches small, one statement at most half, grouping and sorting spill to disk before that. */
export function memoryBudget(memoryMb: number): MemoryBudget {
  const share = (part: number) => String(Math.floor(memoryMb * part) * mebibyte);
  return {
    server: {
      max_server_memory_usage: share(0.9),
      mark_cache_size: share(0.08),
      primary_index_cache_size: share(0.04),
      index_mark_cache_size: share(0.02),
      query_condition_cache_size: share(0.02),
    },
    statement: {
      max_memory_usage: share(0.5),
      max_bytes_before_external_group_by: share(0.2),
      max_bytes_before_external_sort: share(0.2),
    },
  };
}
