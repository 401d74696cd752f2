/** Who shared what brought the visitor here. */
export interface TraceMemory {
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const codeShape = /^[0-9A-Za-z_-]{1,40}$/;
const keptMs = 30 * 24 * 3_600_000;

/** The memory after a page was opened: a well-formed code replaces an older one, the last touch counts. */
export function rememberTrace(memory: TraceMemory | null, code: string | undefined, now: number): TraceMemory | null {
  if (code === undefined || !codeShape.test(code)) return traceStillGood(memory, now);
  return { code, at: now };
}

/** The memory while it is not older than thirty days. */
export function traceStillGood(memory: TraceMemory | null, now: number): TraceMemory | null {
  return memory && now - memory.at <= keptMs && memory.at <= now + 60_000 ? memory : null;
}

/** Reads what was stored; anything damaged is nothing. */
export function parseTrace(stored: string | null): TraceMemory | null {
  if (stored === null) return null;
  try {
    const value: unknown = JSON.parse(stored);
    if (typeof value !== 'object' || value === null || !('code' in value) || !('at' in value)) return null;
    const { code, at } = value;
    return typeof code === 'string' && codeShape.test(code) && typeof at === 'number' ? { code, at } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
