import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

import { limits, SegmentMessage } from './segment-schema.ts';

const sourceId = z.coerce.number().int().positive();
const at = z.iso.datetime();
const SourceKind = z.enum(['browser', 'mini_program', 'app', 'server', 'device']);
const origin = z
  .string()
  .regex(/^https?:\/\/[a-z0-9.-]+(:\d+)?$/i, 'is a web origin such as https://shop.example.cn')
  .transform((text) => text.toLowerCase());

export const SourceView = z.object({
  sourceId: z.int(),
  name: z.string(),
  kind: SourceKind,
  enabled: z.boolean(),
  /** May report business facts under the names of our own announcements. */
  trusted: z.boolean(),
  writeKeyHint: z.string(),
  /** Until when the key before the last rotation is still accepted. */
  previousKeyUntil: at.nullable(),
  allowedOrigins: z.array(z.string()),
  eventsPerS: z.int(),
  createdAt: at,
  events: z.int(),
  lastEventAt: at.nullable(),
  openDeadLetters: z.int(),
});

const SourceTerms = z.object({
  name: z.string().trim().min(1).max(100),
  allowedOrigins: z.array(origin).max(50).default([]),
  eventsPerS: z.int().min(1).max(1_000_000).default(2_000),
  trusted: z.boolean().default(false),
});

/** A source with its key, which is shown this once. */
const SourceWithKey = z.object({ source: SourceView, writeKey: z.string() });

export const listSources = endpoint({
  method: 'GET',
  path: '/api/collect/sources',
  summary: 'Lists the sources of events with what they have sent.',
  query: z.object({ cursor: sourceId.optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  response: z.object({ items: z.array(SourceView), nextCursor: z.string().nullable() }),
});

export const createSource = endpoint({
  method: 'POST',
  path: '/api/collect/sources',
  summary: 'Creates a source; its write key is shown only in this answer.',
  body: SourceTerms.extend({ kind: SourceKind }),
  response: SourceWithKey,
});

export const changeSource = endpoint({
  method: 'PATCH',
  path: '/api/collect/sources/:sourceId',
  summary: 'Changes name, limits and origins of a source, or switches it off and on.',
  params: z.object({ sourceId }),
  body: z.object({
    name: z.string().trim().min(1).max(100).optional(),
    enabled: z.boolean().optional(),
    trusted: z.boolean().optional(),
    allowedOrigins: z.array(origin).max(50).optional(),
    eventsPerS: z.int().min(1).max(1_000_000).optional(),
  }),
  response: SourceView,
});

export const rotateWriteKey = endpoint({
  method: 'POST',
  path: '/api/collect/sources/:sourceId/write-keys',
  summary: 'Gives a source a new write key; the old one is accepted for some hours more.',
  params: z.object({ sourceId }),
  body: z.object({ keepOldForHours: z.int().min(0).max(720).default(24) }),
  response: SourceWithKey,
});

/** An event as the debugger shows it: personal data left out or masked. */
export const RecentEvent = z.object({
  position: z.string(),
  name: z.string(),
  type: z.string(),
  messageId: z.string(),
  occurredAt: at,
  receivedAt: at,
  customerId: z.int().nullable(),
  identifiers: z.array(z.object({ kind: z.string(), scope: z.string(), masked: z.string() })),
  properties: z.record(z.string(), z.unknown()),
  context: z.record(z.string(), z.unknown()),
  /** Properties, traits and context entries not shown because they may name a person. */
  hidden: z.int(),
  drift: z.array(z.string()),
});

export const listRecentEvents = endpoint({
  method: 'GET',
  path: '/api/collect/sources/:sourceId/events',
  summary:
    'Shows the newest events of a source as they arrived; ask again with the position of the newest to follow live.',
  params: z.object({ sourceId }),
  query: z.object({
    after: z.string().regex(/^\d+$/).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  response: z.object({ items: z.array(RecentEvent) }),
});

export const listEventNames = endpoint({
  method: 'GET',
  path: '/api/collect/event-names',
  summary: 'Lists the event names each source has sent, how often, and how they depart from the catalogue.',
  query: z.object({ sourceId: sourceId.optional() }),
  response: z.object({
    items: z.array(
      z.object({
        sourceId: z.int(),
        sourceName: z.string().nullable(),
        eventName: z.string(),
        standard: z.boolean(),
        events: z.int(),
        firstAt: at,
        lastAt: at,
        drift: z.array(z.object({ problem: z.string(), events: z.int(), lastAt: at })),
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
});

export const readCatalogue = endpoint({
  method: 'GET',
  path: '/api/collect/catalogue',
  summary: 'The standard events with the JSON Schema of their properties.',
  response: z.object({
    items: z.array(
      z.object({
        name: z.string(),
        group: z.string(),
        summary: z.string(),
        fact: z.boolean(),
        schema: z.record(z.string(), z.unknown()),
      }),
    ),
    nextCursor: z.null(),
  }),
});

export const DeadLetterView = z.object({
  deadLetterId: z.uuid(),
  at,
  sourceId: z.int(),
  sourceName: z.string().nullable(),
  subscriber: z.string(),
  reason: z.string(),
  message: z.string(),
  eventName: z.string(),
  messageId: z.string(),
  attempts: z.int(),
  status: z.enum(['open', 'replaying', 'replayed']),
});

export const listDeadLetters = endpoint({
  method: 'GET',
  path: '/api/collect/dead-letters',
  summary: 'Lists events that were refused at intake or that a subscriber could not take.',
  query: z.object({
    status: z.enum(['open', 'replaying', 'replayed']).optional(),
    subscriber: z.string().optional(),
    sourceId: sourceId.optional(),
    cursor: z.uuid().optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({ items: z.array(DeadLetterView), nextCursor: z.string().nullable(), total: z.int() }),
});

export const readDeadLetter = endpoint({
  method: 'GET',
  path: '/api/collect/dead-letters/:deadLetterId',
  summary: 'One dead letter with its content, personal data masked.',
  params: z.object({ deadLetterId: z.uuid() }),
  response: z.object({ letter: DeadLetterView, content: z.unknown() }),
});

export const replayDeadLetters = endpoint({
  method: 'POST',
  path: '/api/collect/dead-letters/replays',
  summary: 'Takes dead letters again: intake letters at once, those of subscribers within about a second.',
  body: z.union([
    z.object({ deadLetterIds: z.array(z.uuid()).min(1).max(1_000) }),
    z.object({ subscriber: z.string().min(1), reason: z.string().optional() }),
  ]),
  response: z.object({
    /** Handed to their subscriber or taken into the log. */
    replayed: z.int(),
    /** Still refused, with the reason as of now. */
    refused: z.int(),
  }),
});

export const readPipeline = endpoint({
  method: 'GET',
  path: '/api/collect/pipeline',
  summary: 'How far the pipeline and the readers of the log are behind, and how much they do.',
  response: z.object({
    lanes: z.object({ commits: z.int(), bytes: z.int(), ageMs: z.int() }),
    outbox: z.object({ facts: z.int(), ageMs: z.int() }),
    snapshotAge: z.int(),
    batches: z.int(),
    events: z.int(),
    duplicates: z.int(),
    readers: z.array(z.object({ name: z.string(), batches: z.int(), ageMs: z.int() })),
    /** Events per minute of the last hour, oldest first; minutes without events are left out. */
    throughput: z.array(z.object({ minuteAt: at, events: z.int() })),
    archivedDays: z.int(),
    openDeadLetters: z.int(),
    state: z.enum(['ok', 'behind', 'stalled']),
  }),
});

const Taken = z.object({
  success: z.literal(true),
  /** With some calls refused: how many are in the log. */
  accepted: z.int().optional(),
  rejected: z.array(z.object({ index: z.int(), reason: z.string(), message: z.string() })).optional(),
});

/** Served by the event API itself (event-api.ts), which takes any content type and compression; here for the reference. */
export const sendBatch = endpoint({
  method: 'POST',
  path: '/v1/batch',
  summary:
    'Takes up to 2,500 calls of the Segment protocol (500 kB, 32 kB each), authenticated by a write key as Basic user name, bearer token or writeKey; a success answer means they are on disk.',
  body: z.looseObject({
    batch: z.array(SegmentMessage).max(limits.batchEvents),
    sentAt: z.iso.datetime().optional(),
    writeKey: z.string().optional(),
    context: z.record(z.string(), z.unknown()).optional(),
  }),
  response: Taken,
});

export const sendCall = endpoint({
  method: 'POST',
  path: '/v1/:type',
  summary:
    'Takes one call of the Segment protocol, authenticated by a write key; a success answer means it is on disk.',
  params: z.object({ type: z.enum(['track', 'identify', 'page', 'screen', 'group', 'alias']) }),
  body: z.looseObject({
    userId: z.string().optional(),
    anonymousId: z.string().optional(),
    writeKey: z.string().optional(),
  }),
  response: Taken,
});
