import { Counter } from 'prom-client';

import { toBody } from '#platform/log/body';
import type { LogSealer } from '#platform/log/body';
import { addDeadLetters } from '#platform/log/dead-letters';
import type { NewDeadLetter } from '#platform/log/dead-letters';
import { deliverOrSplit, logRefused, reasonOf } from '#platform/log/deliver';
import type { Refused } from '#platform/log/deliver';
import type { LogEvent, PipelineContext, ResolvedEvent, Subscription } from '#platform/log/event';
import { openHourCounts } from '#platform/log/hour-counts';
import type { Logger } from '#platform/logger';
import { metrics } from '#platform/metrics';

/** Who an event belongs to. */
export interface Resolution {
  /** The customer today; null for an event without any usable identifier. */
  readonly customerId: number | null;
  readonly originCustomerId: number | null;
  /** Decimal text of an unsigned 64-bit number. */
  readonly subjectKey: string;
}

/** Finds the customers of events, in their order; a known `customerId` may meanwhile have been merged into another. */
export type Resolve = (ctx: PipelineContext, events: readonly LogEvent[]) => Promise<readonly Resolution[]>;

export interface Receivers {
  readonly resolve: Resolve;
  readonly subscriptions: readonly Subscription[];
  readonly logger: Logger;
}

const stepSeconds = new Counter({
  name: 'shuke_pipeline_step_seconds_total',
  help: 'Time the pipeline spent in each step: identity, then every subscription.',
  labelNames: ['step'] as const,
  registers: [metrics],
});

async function timed<T>(step: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await work();
  } finally {
    stepSeconds.labels(step).inc((performance.now() - startedAt) / 1_000);
  }
}

/** `subscriber` of dead letters whose customer could not be found out. */
export const identitySubscriber = 'identity';

/** Lets events happen: finds their customers, tells every subscription, and writes them into the log as batch number `n`. */
export async function admit(
  ctx: PipelineContext,
  sealer: LogSealer,
  { resolve, subscriptions, logger }: Receivers,
  events: readonly LogEvent[],
  n: number,
): Promise<ResolvedEvent[]> {
  const { resolved, letters } = await timed(identitySubscriber, () => resolveAll(ctx, resolve, logger, events));
  const body = resolved.length > 0 ? toBody(sealer, JSON.stringify(resolved)) : undefined;
  // Compressing runs beside the subscriptions; a failure of theirs must not leave it without a listener.
  body?.catch(() => undefined);
  for (const subscription of subscriptions) {
    const wanted =
      subscription.events === '*' ? resolved : resolved.filter(({ name }) => subscription.events.includes(name));
    const refused = await timed(subscription.name, () =>
      deliverOrSplit(ctx, wanted, (part) => subscription.handle(ctx, part)),
    );
    if (refused.length === 0) continue;
    logRefused(logger, subscription.name, refused);
    letters.push(...refused.map((one) => toLetter(subscription.name, one)));
  }
  await addDeadLetters(ctx.tx, sealer, letters);
  if (body) {
    const hours = openHourCounts();
    hours.addEvents(resolved);
    await ctx.tx.execute(
      `insert into log.batches (n, day, events, counts, body)
       values ($1, greatest((clock_timestamp() at time zone 'utc')::date,
                            (select max(day) from log.batches where n = $1::bigint - 1)), $2, $3, $4)`,
      [n, resolved.length, JSON.stringify(hours.list()), await body],
    );
  }
  return resolved;
}

async function resolveAll(ctx: PipelineContext, resolve: Resolve, logger: Logger, events: readonly LogEvent[]) {
  const found = new Map<LogEvent, Resolution>();
  const refused = await deliverOrSplit(ctx, events, async (part) => {
    const resolutions = await resolve(ctx, part);
    for (const [index, event] of part.entries()) {
      const resolution = resolutions[index];
      if (!resolution) throw new Error(`identity answered ${resolutions.length} times for ${part.length} events`);
      found.set(event, resolution);
    }
  });
  logRefused(logger, identitySubscriber, refused);
  const unresolved = new Set(refused.map(({ item }) => item));
  const resolved: ResolvedEvent[] = [];
  for (const event of events) {
    const resolution = found.get(event);
    if (!resolution || unresolved.has(event)) continue;
    const { customerId, originCustomerId, subjectKey } = resolution;
    resolved.push({ ...event, resolvedCustomerId: customerId, originCustomerId, subjectKey });
  }
  return { resolved, letters: refused.map((one) => toLetter(identitySubscriber, one)) };
}

function toLetter(subscriber: string, { item, error }: Refused<LogEvent>): NewDeadLetter {
  return {
    tenantId: item.tenantId,
    sourceId: item.sourceId,
    subscriber,
    reason: reasonOf(error),
    message: error.message,
    eventName: item.name,
    messageId: item.messageId,
    content: item,
  };
}
