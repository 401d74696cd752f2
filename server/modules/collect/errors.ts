import { defineError } from '#platform/errors';

export const WriteKeyMissing = defineError(
  'write_key_missing',
  401,
  () => 'Send the write key of a source: as user name of Basic authentication, as bearer token or as writeKey.',
);
export const WriteKeyUnknown = defineError('write_key_unknown', 401, () => 'No enabled source has this write key.');
export const OriginNotAllowed = defineError(
  'origin_not_allowed',
  403,
  (origin: string) => `The source does not accept events from ${origin}.`,
  (origin) => ({ origin }),
);
export const BodyUnreadable = defineError(
  'body_unreadable',
  400,
  (why: string) => `The body is not what the event API takes: ${why}.`,
  (why) => ({ why }),
);
export const BodyTooLarge = defineError(
  'body_too_large',
  413,
  () => 'A request may carry 500 kB of events after unpacking. Send smaller batches.',
);
export const TooManyEvents = defineError(
  'too_many_events',
  400,
  () => 'A batch may carry 2,500 events. Send smaller batches.',
);
export const EventRefused = defineError(
  'event_refused',
  400,
  (reason: string, sentence: string) => `The event was refused (${reason}): ${sentence} It is kept under dead letters.`,
  (reason) => ({ reason }),
);
