import type { EventType } from '#platform/log/event';

import { limits } from './segment-schema.ts';

type Plain = Readonly<Record<string, unknown>>;

/** One checked call of the Segment tracking API. */
export interface SegmentMessage {
  readonly type: EventType;
  readonly messageId?: string | null | undefined;
  readonly userId?: string | number | null | undefined;
  readonly anonymousId?: string | number | null | undefined;
  readonly previousId?: string | number | null | undefined;
  readonly groupId?: string | number | null | undefined;
  readonly event?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly timestamp?: string | number | null | undefined;
  readonly originalTimestamp?: string | number | null | undefined;
  readonly sentAt?: string | number | null | undefined;
  readonly properties?: Plain | null | undefined;
  readonly traits?: Plain | null | undefined;
  readonly context?:
    | (Plain & {
        readonly externalIds?: readonly (Plain & { readonly id: string | number; readonly type: string })[] | null;
        readonly traits?: Plain | null;
      })
    | null
    | undefined;
}

/** Why a call is refused: a stable code and a sentence. */
export interface MessageFault {
  readonly reason: string;
  readonly sentence: string;
}

const types: ReadonlySet<unknown> = new Set<EventType>(['track', 'identify', 'page', 'screen', 'group', 'alias']);
const isObject = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';
const isId = (value: unknown): boolean =>
  (typeof value === 'string' && value.length > 0 && value.length <= limits.idLength) ||
  (typeof value === 'number' && Number.isFinite(value));
const isMoment = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  typeof value === 'string' ||
  (typeof value === 'number' && Number.isFinite(value));
const isOptionalText = (value: unknown): boolean => value === undefined || value === null || typeof value === 'string';
const isOptionalObject = (value: unknown): boolean => value === undefined || value === null || isObject(value);

const fault = (reason: string, sentence: string): MessageFault => ({ reason, sentence });
const badId = fault('id_invalid', `An id is a text of 1 to ${limits.idLength} characters or a number.`);
const badObject = fault('object_expected', 'properties, traits and context are objects.');

/**
 * The first fault of a call, null when it is well-formed. Written by hand because the schema (segment-schema.ts, which a property
 * test holds it equal to) takes sixty times as long per event.
 */
export function faultOf(message: unknown): MessageFault | null {
  if (!isObject(message)) return fault('not_an_object', 'An event is a JSON object.');
  const { type, messageId, userId, anonymousId, groupId, previousId, event, context } = message;
  if (!types.has(type)) return fault('type_unknown', 'type is track, identify, page, screen, group or alias.');
  if (!isOptionalText(messageId) || (typeof messageId === 'string' && messageId.length > limits.messageIdLength)) {
    return fault('message_id_invalid', `messageId is a text of at most ${limits.messageIdLength} characters.`);
  }
  if (!(isAbsent(userId) || isId(userId)) || !(isAbsent(anonymousId) || isId(anonymousId))) return badId;
  if (!(isAbsent(groupId) || isId(groupId)) || !(isAbsent(previousId) || isId(previousId))) return badId;
  if (!isMoment(message['timestamp']) || !isMoment(message['originalTimestamp']) || !isMoment(message['sentAt'])) {
    return fault('timestamp_invalid', 'A time is a text in ISO 8601 or a number of milliseconds.');
  }
  if (!isOptionalObject(message['properties']) || !isOptionalObject(message['traits'])) return badObject;
  if (!isOptionalText(message['name']) || !isOptionalText(event))
    return fault('name_invalid', 'event and name are texts.');
  const contextFault = context === undefined || context === null ? null : faultOfContext(context);
  if (contextFault) return contextFault;
  if (isAbsent(userId) && isAbsent(anonymousId) && !hasExternalIds(context)) {
    return fault('identity_missing', 'userId or anonymousId is needed.');
  }
  return faultOfType(message);
}

function faultOfContext(context: unknown): MessageFault | null {
  if (!isObject(context) || !isOptionalObject(context['traits'])) return badObject;
  const { externalIds } = context;
  if (externalIds === undefined || externalIds === null) return null;
  const wellFormed =
    Array.isArray(externalIds) &&
    externalIds.every(
      (one: unknown) =>
        isObject(one) &&
        isId(one['id']) &&
        typeof one['type'] === 'string' &&
        one['type'].length > 0 &&
        one['type'].length <= 50,
    );
  return wellFormed ? null : fault('external_ids_invalid', 'context.externalIds is a list of { id, type }.');
}

function hasExternalIds(context: unknown): boolean {
  return isObject(context) && Array.isArray(context['externalIds']) && context['externalIds'].length > 0;
}

function faultOfType({ type, event, groupId, previousId, userId }: Plain): MessageFault | null {
  if (type === 'track' && (typeof event !== 'string' || event.trim() === '' || event.length > limits.nameLength)) {
    return fault('event_name_invalid', `A track call needs an event name of 1 to ${limits.nameLength} characters.`);
  }
  if (type === 'group' && !isId(groupId)) return fault('group_id_missing', 'A group call needs a groupId.');
  if (type === 'alias' && !(isId(userId) && isId(previousId))) {
    return fault('previous_id_missing', 'An alias call needs previousId and userId.');
  }
  return null;
}
