import type * as z from 'zod';

import type { DeadLetterView } from './contract.ts';

export type DeadLetter = z.output<typeof DeadLetterView>;

export interface DeadLetterRow {
  readonly dead_letter_id: string;
  readonly at: Date;
  readonly source_id: number;
  readonly source_name: string | null;
  readonly subscriber: string;
  readonly reason: string;
  readonly message: string;
  readonly event_name: string;
  readonly message_id: string;
  readonly attempts: number;
  readonly replay_requested_at: Date | null;
  readonly replayed_at: Date | null;
}

export const deadLetterColumns = `l.dead_letter_id, l.at, l.source_id, s.name as source_name, l.subscriber, l.reason, l.message,
  l.event_name, l.message_id, l.attempts, l.replay_requested_at, l.replayed_at`;

/** SQL that holds for letters of a status; the parameter is null for all. */
export const hasStatus = (parameter: string) => `(${parameter}::text is null or ${parameter} = case
  when l.replayed_at is not null then 'replayed' when l.replay_requested_at is not null then 'replaying' else 'open' end)`;

export function toDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    deadLetterId: row.dead_letter_id,
    at: row.at.toISOString(),
    sourceId: row.source_id,
    sourceName: row.source_name,
    subscriber: row.subscriber,
    reason: row.reason,
    message: row.message,
    eventName: row.event_name,
    messageId: row.message_id,
    attempts: row.attempts,
    status: row.replayed_at ? 'replayed' : row.replay_requested_at ? 'replaying' : 'open',
  };
}
