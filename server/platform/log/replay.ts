import { admit, identitySubscriber } from '#platform/log/admit';
import type { Receivers } from '#platform/log/admit';
import { fromBody } from '#platform/log/body';
import type { LogSealer } from '#platform/log/body';
import { intakeSubscriber } from '#platform/log/dead-letters';
import { deliverOrSplit, reasonOf } from '#platform/log/deliver';
import type { LogEvent, PipelineContext, ResolvedEvent } from '#platform/log/event';

interface Requested {
  readonly tenant_id: number;
  readonly dead_letter_id: string;
  readonly subscriber: string;
  readonly body: Buffer;
}

interface Outcome {
  readonly letter: Requested;
  readonly error: Error | null;
}

const mostPerStep = 500;

/**
 * Hands dead letters whose replay was asked for to the subscriber that had refused them (intake letters are collect's business).
 * Returns how many events were admitted under batch number `n`: those that had had no customer yet.
 */
export async function replayRequested(
  ctx: PipelineContext,
  sealer: LogSealer,
  receivers: Receivers,
  n: number,
): Promise<number> {
  const letters = await ctx.tx.query<Requested>(
    `select tenant_id, dead_letter_id, subscriber, body from log.dead_letters
      where replay_requested_at is not null and replayed_at is null and subscriber <> $1
      order by replay_requested_at, dead_letter_id limit $2 for update skip locked`,
    [intakeSubscriber, mostPerStep],
  );
  let admitted = 0;
  for (const [subscriber, same] of Map.groupBy(letters, (letter) => letter.subscriber)) {
    if (subscriber !== identitySubscriber) {
      await settle(ctx, await replayTo(ctx, sealer, receivers, subscriber, same));
      continue;
    }
    const { readable, broken } = await openLetters(sealer, same);
    admitted += (
      await admit(
        ctx,
        sealer,
        receivers,
        readable.map(({ event }) => event as LogEvent),
        n,
      )
    ).length;
    // What fails again has become a new letter, so the old ones are done with either way.
    await settle(ctx, [...broken, ...readable.map(({ letter }) => ({ letter, error: null }))]);
  }
  return admitted;
}

async function replayTo(
  ctx: PipelineContext,
  sealer: LogSealer,
  { subscriptions }: Receivers,
  subscriber: string,
  letters: readonly Requested[],
): Promise<Outcome[]> {
  const subscription = subscriptions.find(({ name }) => name === subscriber);
  if (!subscription) {
    const error = new Error(`No subscription is named ${subscriber} any more.`);
    return letters.map((letter) => ({ letter, error }));
  }
  const { readable, broken } = await openLetters(sealer, letters);
  const refused = await deliverOrSplit(ctx, readable, (part) =>
    subscription.handle(
      ctx,
      part.map(({ event }) => event as ResolvedEvent),
    ),
  );
  const errors = new Map(refused.map(({ item, error }) => [item, error]));
  return [...broken, ...readable.map((item) => ({ letter: item.letter, error: errors.get(item) ?? null }))];
}

/** A letter that cannot be opened any more must not stop the pipeline. */
async function openLetters(sealer: LogSealer, letters: readonly Requested[]) {
  const readable: { letter: Requested; event: unknown }[] = [];
  const broken: Outcome[] = [];
  for (const letter of letters) {
    try {
      readable.push({ letter, event: await fromBody<unknown>(sealer, letter.body) });
    } catch (error) {
      broken.push({ letter, error: error instanceof Error ? error : new Error(String(error)) });
    }
  }
  return { readable, broken };
}

async function settle(ctx: PipelineContext, outcomes: readonly Outcome[]): Promise<void> {
  await ctx.tx.execute(
    `update log.dead_letters d
        set attempts = d.attempts + 1, replay_requested_at = case when o.reason is null then d.replay_requested_at end,
            replayed_at = case when o.reason is null then now() end,
            reason = coalesce(o.reason, d.reason), message = coalesce(o.message, d.message)
       from unnest($1::int[], $2::uuid[], $3::text[], $4::text[]) o (tenant_id, dead_letter_id, reason, message)
      where d.tenant_id = o.tenant_id and d.dead_letter_id = o.dead_letter_id`,
    [
      outcomes.map(({ letter }) => letter.tenant_id),
      outcomes.map(({ letter }) => letter.dead_letter_id),
      outcomes.map(({ error }) => error && reasonOf(error)),
      outcomes.map(({ error }) => error && error.message),
    ],
  );
}
