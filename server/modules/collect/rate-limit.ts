import { TooManyRequests } from '#platform/errors';

/** Takes events out of a source's allowance; throws TooManyRequests with the seconds until they would fit. */
export type TakeAllowance = (
  source: { readonly sourceId: number; readonly eventsPerS: number },
  events: number,
) => void;

/** Seconds a source may send at once what it saved up. */
const burstS = 10;

/** A bucket per source in this process: `eventsPerS` flow in, at most ten seconds' worth stays. */
export function openAllowances(nowMs: () => number = () => performance.now()): TakeAllowance {
  const buckets = new Map<number, { left: number; at: number }>();
  return ({ sourceId, eventsPerS }, events) => {
    const now = nowMs();
    const full = eventsPerS * burstS;
    const bucket = buckets.get(sourceId) ?? { left: full, at: now };
    const left = Math.min(full, bucket.left + ((now - bucket.at) / 1_000) * eventsPerS);
    // A request larger than the whole bucket goes when the bucket is full, or it never would.
    const needed = Math.min(events, full);
    if (left < needed) {
      buckets.set(sourceId, { left, at: now });
      throw new TooManyRequests(Math.ceil((needed - left) / eventsPerS));
    }
    buckets.set(sourceId, { left: left - events, at: now });
  };
}
