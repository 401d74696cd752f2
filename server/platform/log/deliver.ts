import { isConnectionLoss } from '#platform/database';
import type { PipelineContext } from '#platform/log/event';
import type { Logger } from '#platform/logger';

/** An item its receiver could not take, and why. */
export interface Refused<T> {
  readonly item: T;
  readonly error: Error;
}

/** Single failures after which the rest of a batch is set aside untried: the receiver is broken, not the events. */
const mostSingleFailures = 50;

/**
 * Hands items to a receiver inside savepoints. When it throws, the list is halved until the items it cannot take stand alone; all
 * others are handled once. Passing troubles (lost connection, deadlock, timeout) are thrown on: the whole batch is to be repeated.
 */
export async function deliverOrSplit<T>(
  ctx: PipelineContext,
  items: readonly T[],
  receive: (items: readonly T[]) => Promise<void>,
): Promise<Refused<T>[]> {
  const refused: Refused<T>[] = [];
  const deliver = async (part: readonly T[]): Promise<void> => {
    if (part.length === 0) return;
    const [only] = part;
    const error = await attempt(ctx, () => receive(part));
    if (!error) return;
    if (part.length === 1 && only !== undefined) {
      refused.push({ item: only, error });
      return;
    }
    const middle = Math.ceil(part.length / 2);
    for (const half of [part.slice(0, middle), part.slice(middle)]) {
      if (refused.length < mostSingleFailures) await deliver(half);
      else refused.push(...half.map((item) => ({ item, error })));
    }
  };
  await deliver(items);
  return refused;
}

async function attempt(ctx: PipelineContext, work: () => Promise<void>): Promise<Error | undefined> {
  try {
    await ctx.tx.savepoint(work);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) return new Error(String(error));
    if (isPassing(error)) throw error;
    return error;
  }
}

/** Whether repeating the same work later may succeed: the fault lies in the moment, not in the events. */
export function isPassing(error: Error): boolean {
  const { code = '' } = error as { code?: string };
  // 40…: deadlock, serialisation; 53…: disk or memory full; 55P03: lock timeout; 57014: statement timeout; 25P03, 25P04: the transaction took too long.
  return isConnectionLoss(error) || /^(40\d\w{2}|53\d{3}|55P03|57014|25P0[34])$/.test(code);
}

/** The stable code of an error for a dead letter: a refusal's own, a database state, or the class name. */
export function reasonOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code !== '' ? code : error.name;
}

/** Logs each distinct failure of a receiver once per batch. */
export function logRefused(logger: Logger, receiver: string, refused: readonly Refused<unknown>[]): void {
  const counts = Map.groupBy(refused, ({ error }) => `${reasonOf(error)}: ${error.message}`);
  for (const [, same] of counts) {
    logger.error({ err: same[0]?.error, receiver, events: same.length }, 'events set aside as dead letters');
  }
}
