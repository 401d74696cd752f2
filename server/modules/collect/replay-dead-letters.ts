import type * as z from 'zod';

import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import type { Database } from '#platform/database';
import { fromBody } from '#platform/log/body';
import { intakeSubscriber } from '#platform/log/dead-letters';
import type { LogEvent } from '#platform/log/event';
import type { LogWriter } from '#platform/log/writer';

import type { replayDeadLetters as contract } from './contract.ts';
import type { SegmentMessage } from './segment-message.ts';
import type { SourceKind } from './source.ts';
import { refusalOf } from './take-events.ts';
import type { RefusedCall } from './take-events.ts';
import { toLogEvent } from './to-log-event.ts';

interface IntakeLetter {
  readonly dead_letter_id: string;
  readonly body: Buffer;
  readonly source_id: number;
  readonly kind: SourceKind | null;
  readonly trusted: boolean | null;
}

interface Means {
  readonly database: Database;
  readonly writer: LogWriter;
}

const mostAtOnce = 1_000;

/**
 * Takes dead letters again. Those of subscribers are marked and the pipeline hands them over; calls refused at intake are judged by
 * the rules of today and appended. Appending comes first: stopped in between, the same message id is appended twice and counts once.
 */
export async function replayDeadLetters(
  ctx: Context,
  { database, writer }: Means,
  which: z.output<typeof contract.body>,
): Promise<{ replayed: number; refused: number }> {
  const ids = 'deadLetterIds' in which ? which.deadLetterIds : null;
  const [subscriber, reason] = 'subscriber' in which ? [which.subscriber, which.reason ?? null] : [null, null];
  const chosen = `l.tenant_id = $1 and l.replayed_at is null and ($2::uuid[] is null or l.dead_letter_id = any ($2))
    and ($3::text is null or l.subscriber = $3) and ($4::text is null or l.reason = $4)`;
  const values = [ctx.tenantId, ids, subscriber, reason];
  const marked = await ctx.tx.execute(
    `update log.dead_letters set replay_requested_at = now() where (tenant_id, dead_letter_id) in (
       select l.tenant_id, l.dead_letter_id from log.dead_letters l where ${chosen} and l.subscriber <> $5
        order by l.at limit ${mostAtOnce})`,
    [...values, intakeSubscriber],
  );
  const letters = await ctx.tx.query<IntakeLetter>(
    `select l.dead_letter_id, l.body, l.source_id, s.kind, s.trusted from log.dead_letters l
       left join collect.sources s on s.tenant_id = l.tenant_id and s.source_id = l.source_id
      where ${chosen} and l.subscriber = $5 order by l.at limit ${mostAtOnce}`,
    [...values, intakeSubscriber],
  );
  const { taken, refused } = await judge(ctx, letters);
  await writer.append(taken.map(({ event }) => event));
  await settle(ctx, database, taken, refused);
  const result = { replayed: marked + taken.length, refused: refused.length };
  await audit(ctx, {
    action: 'collect.replay-dead-letters',
    objectType: 'dead_letters',
    objectId: subscriber ?? 'chosen',
    details: result,
  });
  return result;
}

interface Judged {
  readonly taken: { readonly id: string; readonly event: LogEvent }[];
  readonly refused: { readonly id: string; readonly reason: string; readonly sentence: string }[];
}

async function judge(ctx: Context, letters: readonly IntakeLetter[]): Promise<Judged> {
  const sealer = await ctx.services.vaults.forInstallation(ctx.tx);
  const judged: Judged = { taken: [], refused: [] };
  for (const { dead_letter_id: id, body, source_id, kind, trusted } of letters) {
    const { item, reception } = await fromBody<RefusedCall>(sealer, body);
    if (kind === null) {
      judged.refused.push({ id, reason: 'source_gone', sentence: 'The source of this event does not exist any more.' });
      continue;
    }
    const source = { tenantId: ctx.tenantId, sourceId: source_id, kind, trusted: trusted === true };
    const fault = refusalOf(item, { source, bytes: Number.MAX_SAFE_INTEGER });
    if (fault) judged.refused.push({ id, ...fault });
    else judged.taken.push({ id, event: toLogEvent(item as SegmentMessage, { ...reception, source }) });
  }
  return judged;
}

/** The web role may only ask for replays; what became of one is written by the worker role. */
async function settle(
  ctx: Context,
  database: Database,
  taken: Judged['taken'],
  refused: Judged['refused'],
): Promise<void> {
  if (taken.length + refused.length === 0) return;
  await database.work({ tenantId: ctx.tenantId, scope: ctx.scope }, async (tx) => {
    await tx.execute(
      `update log.dead_letters set replayed_at = now(), attempts = attempts + 1 where tenant_id = $1 and dead_letter_id = any ($2)`,
      [ctx.tenantId, taken.map(({ id }) => id)],
    );
    await tx.execute(
      `update log.dead_letters l set attempts = attempts + 1, reason = r.reason, message = r.message
         from unnest($2::uuid[], $3::text[], $4::text[]) r (id, reason, message)
        where l.tenant_id = $1 and l.dead_letter_id = r.id`,
      [
        ctx.tenantId,
        refused.map(({ id }) => id),
        refused.map(({ reason }) => reason),
        refused.map(({ sentence }) => sentence),
      ],
    );
  });
}
