import * as z from 'zod';

/** Longest values the event API takes; the hand-written check in segment-message.ts follows the same. */
export const limits = {
  eventBytes: 32 * 1_024,
  bodyBytes: 500 * 1_024,
  batchEvents: 2_500,
  idLength: 500,
  messageIdLength: 100,
  nameLength: 200,
} as const;

const id = z.union([z.string().min(1).max(limits.idLength), z.number()]);
const object = z.record(z.string(), z.unknown());
const optionalObject = object.nullish();
const optionalText = z.string().nullish();
const optionalId = z.union([id, z.literal('')]).nullish();
const moment = z.union([z.string(), z.number()]).nullish();
const externalId = z.looseObject({
  id: z.union([z.string().min(1).max(limits.idLength), z.number()]),
  type: z.string().min(1).max(50),
});

const common = {
  messageId: z.string().max(limits.messageIdLength).nullish(),
  userId: optionalId,
  anonymousId: optionalId,
  timestamp: moment,
  originalTimestamp: moment,
  sentAt: moment,
  context: z.looseObject({ externalIds: z.array(externalId).nullish(), traits: optionalObject }).nullish(),
  properties: optionalObject,
  traits: optionalObject,
  name: optionalText,
  event: optionalText,
  groupId: optionalId,
  previousId: optionalId,
};
const base = z
  .looseObject(common)
  .refine((message) => has(message.userId) || has(message.anonymousId) || hasExternalId(message), {
    message: 'identity_missing',
  });

function has(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
function hasExternalId({
  context,
}: {
  context?: { externalIds?: unknown[] | null | undefined } | null | undefined;
}): boolean {
  return (context?.externalIds?.length ?? 0) > 0;
}
const eventName = z.string().refine((name) => name.trim() !== '' && name.length <= limits.nameLength);

/** One call of the Segment tracking API as we take it: the reference for the hand-written check and the API's description. */
export const SegmentMessage = z.discriminatedUnion('type', [
  base.safeExtend({ type: z.literal('track'), event: eventName }),
  base.safeExtend({ type: z.literal('identify') }),
  base.safeExtend({ type: z.literal('page') }),
  base.safeExtend({ type: z.literal('screen') }),
  base.safeExtend({ type: z.literal('group'), groupId: id }),
  base.safeExtend({ type: z.literal('alias'), userId: id, previousId: id }),
]);
