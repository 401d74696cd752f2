import type { Database } from '#platform/database';
import { newId } from '#platform/ids';
import { openSealer } from '#platform/log/body';
import { addDeadLetters, intakeSubscriber } from '#platform/log/dead-letters';
import type { NewDeadLetter } from '#platform/log/dead-letters';
import type { LogEvent } from '#platform/log/event';
import type { LogWriter } from '#platform/log/writer';
import type { Vaults } from '#platform/vault';

import { isFactName } from './catalogue.ts';
import { faultOf } from './segment-message.ts';
import type { MessageFault, SegmentMessage } from './segment-message.ts';
import { limits } from './segment-schema.ts';
import type { KnownSource } from './source.ts';
import { toLogEvent } from './to-log-event.ts';
import type { Reception } from './to-log-event.ts';

/** The calls of one request. */
export interface Calls extends Omit<Reception, 'source'> {
  readonly source: KnownSource;
  readonly items: readonly unknown[];
  /** Size of the whole request in JSON. */
  readonly bytes: number;
}

export interface Rejected extends MessageFault {
  readonly index: number;
}

/** What became of the calls: the accepted ones are on disk, the others under dead letters. */
export interface Taken {
  readonly accepted: number;
  readonly rejected: readonly Rejected[];
}

/** What an intake dead letter keeps, enough to take the call again later. */
export interface RefusedCall {
  readonly item: unknown;
  readonly reception: Omit<Reception, 'source'>;
}

/** Takes calls into the log; resolves when every one is either durable in the log or kept as a dead letter. */
export type TakeEvents = (calls: Calls) => Promise<Taken>;

interface Means {
  readonly database: Database;
  readonly vaults: Vaults;
  readonly writer: LogWriter;
}

/** Opens the intake over a log writer. */
export function openIntake({ database, vaults, writer }: Means): TakeEvents {
  const sealer = openSealer(database, vaults);
  return async (calls) => {
    const events: LogEvent[] = [];
    const rejected: Rejected[] = [];
    for (const [index, item] of calls.items.entries()) {
      const fault = refusalOf(item, calls);
      if (fault) rejected.push({ index, ...fault });
      else events.push(toLogEvent(item as SegmentMessage, calls));
    }
    await Promise.all([writer.append(events), keep(calls, rejected)]);
    return { accepted: events.length, rejected };
  };

  async function keep(
    { source, items, receivedAt, sentAt, ip, historical = false }: Calls,
    rejected: readonly Rejected[],
  ) {
    if (rejected.length === 0) return;
    const reception = { receivedAt, sentAt, ip, historical };
    const letters = rejected.map(({ index, reason, sentence }) =>
      toLetter(source, withMessageId(items[index]), reception, reason, sentence),
    );
    const open = await sealer();
    await database.work({ tenantId: source.tenantId, scope: { all: true } }, (tx) => addDeadLetters(tx, open, letters));
  }
}

/** Why a call of this source is not taken; null when it is. */
export function refusalOf(
  item: unknown,
  { source, bytes }: { readonly source: Pick<KnownSource, 'trusted'>; readonly bytes: number },
): MessageFault | null {
  if (isTooDeep(item, deepest)) return { reason: 'too_deep', sentence: `An event may nest ${deepest} levels.` };
  // Only a request above the limit of one event can hold an event above it.
  if (bytes > limits.eventBytes && isTooLarge(item)) {
    return { reason: 'event_too_large', sentence: 'An event may take 32 kB.' };
  }
  const fault = faultOf(item);
  if (fault) return fault;
  const { type, event } = item as SegmentMessage;
  if (type === 'track' && !source.trusted && isFactName(event ?? '')) {
    return {
      reason: 'fact_of_untrusted_source',
      sentence: `${event} is a business fact. Only Shuke itself and trusted server sources may report it.`,
    };
  }
  return null;
}

const deepest = 20;

function isTooDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  for (const inner of Object.values(value)) if (typeof inner === 'object' && isTooDeep(inner, left - 1)) return true;
  return false;
}

function isTooLarge(item: unknown): boolean {
  const json = JSON.stringify(item);
  // Three bytes of UTF-8 for one character at most: counting bytes is rarely needed.
  return json.length * 3 > limits.eventBytes && Buffer.byteLength(json) > limits.eventBytes;
}

/** With an id of its own a call can be replayed twice and still count once. */
function withMessageId(item: unknown): unknown {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
  const { messageId } = item as { messageId?: unknown };
  const usable = typeof messageId === 'string' && messageId !== '' && messageId.length <= limits.messageIdLength;
  return usable ? item : { ...item, messageId: newId() };
}

const longestKept = 128 * 1_024;

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function toLetter(
  source: KnownSource,
  item: unknown,
  reception: RefusedCall['reception'],
  reason: string,
  sentence: string,
): NewDeadLetter {
  const { event, type, messageId } = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>;
  const tooLong = reason === 'too_deep' || JSON.stringify(item ?? null).length > longestKept;
  const content: RefusedCall = { item: tooLong ? '(too large to keep)' : item, reception };
  return {
    tenantId: source.tenantId,
    sourceId: source.sourceId,
    subscriber: intakeSubscriber,
    reason,
    message: sentence,
    eventName: text(event) || text(type),
    messageId: text(messageId),
    content,
  };
}
