import type { Tx } from '#platform/database';
import { newId } from '#platform/ids';
import { toBody } from '#platform/log/body';
import type { LogSealer } from '#platform/log/body';
import { maskText } from '#platform/personal-data';

/** The subscriber's name of events that never entered the log. */
export const intakeSubscriber = 'intake';

/** An event set aside, with the reason a person can act on. */
export interface NewDeadLetter {
  readonly tenantId: number;
  readonly sourceId: number;
  /** `intake`, `identity` or the name of the subscription that could not take the event. */
  readonly subscriber: string;
  /** Stable code, e.g. `missing_event_name`. */
  readonly reason: string;
  readonly message: string;
  readonly eventName: string;
  readonly messageId: string;
  /** What was sent, or the event as the subscriber got it. */
  readonly content: unknown;
}

/** Sets events aside, sealed, in the caller's transaction. */
export async function addDeadLetters(
  tx: Pick<Tx, 'execute'>,
  sealer: LogSealer,
  letters: readonly NewDeadLetter[],
): Promise<void> {
  if (letters.length === 0) return;
  const bodies = await Promise.all(letters.map(({ content }) => toBody(sealer, JSON.stringify(content ?? null))));
  const column = (pick: (letter: NewDeadLetter) => string, most: number) =>
    letters.map((letter) => storable(pick(letter)).slice(0, most));
  await tx.execute(
    `insert into log.dead_letters (tenant_id, dead_letter_id, source_id, subscriber, reason, message, event_name, message_id, body)
     select * from unnest($1::int[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bytea[])`,
    [
      letters.map(({ tenantId }) => tenantId),
      letters.map(() => newId()),
      letters.map(({ sourceId }) => sourceId),
      column(({ subscriber }) => subscriber, 100),
      column(({ reason }) => reason, 100),
      column(({ message }) => message, 1_000),
      column(({ eventName }) => eventName, 200),
      column(({ messageId }) => messageId, 300),
      bodies,
    ],
  );
}

// Text columns take neither NUL nor half of a surrogate pair; both occur in what strangers send, as do numbers of people.
function storable(text: string): string {
  return maskText(text.replaceAll('\0', '').toWellFormed());
}
