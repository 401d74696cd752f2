import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { EventType } from '#platform/log/event';
import { rawBodyRoutes } from '#platform/log/web';
import { sharedLogWriter } from '#platform/log/writer';
import type { Logger } from '#platform/logger';

import { sendBatch, sendCall } from './contract.ts';
import { BodyUnreadable, EventRefused, OriginNotAllowed, TooManyEvents } from './errors.ts';
import { openSourceFinder } from './find-source.ts';
import type { FindSource } from './find-source.ts';
import { openAllowances } from './rate-limit.ts';
import type { TakeAllowance } from './rate-limit.ts';
import { readBody } from './read-body.ts';
import { serveSdkSettings } from './sdk-settings.ts';
import { limits } from './segment-schema.ts';
import type { KnownSource } from './source.ts';
import { openIntake } from './take-events.ts';
import type { TakeEvents } from './take-events.ts';
import { writeKeyOf } from './write-key.ts';

interface Intake {
  readonly find: FindSource;
  readonly allow: TakeAllowance;
  readonly take: TakeEvents;
}

type Call = Readonly<Record<string, unknown>>;

/** The key is the authentication, so any page may call and cookies do not matter. */
const config = { access: { audience: 'public' }, anyOrigin: true } as const;
const singles: readonly (readonly [path: string, type: EventType])[] = [
  ['/v1/track', 'track'],
  ['/v1/identify', 'identify'],
  ['/v1/page', 'page'],
  ['/v1/screen', 'screen'],
  ['/v1/group', 'group'],
  ['/v1/alias', 'alias'],
  ['/v1/t', 'track'],
  ['/v1/i', 'identify'],
  ['/v1/p', 'page'],
  ['/v1/s', 'screen'],
  ['/v1/g', 'group'],
  ['/v1/a', 'alias'],
];
const importPath = '/v1/import';
const batches: readonly string[] = ['/v1/batch', '/v1/b', importPath, '/beacon/v1/batch'];
/** analytics-next reports its own health here; nothing of it is ours to keep. */
const selfReport = '/v1/m';

/** Serves the Segment-compatible event API: SDKs that speak it send to us unchanged. */
export function serveEventApi(app: FastifyInstance): void {
  let intake: Intake | undefined;
  const writer = () =>
    sharedLogWriter({ database: app.database, services: app.services, logger: app.log as unknown as Logger });
  const opened = (): Intake =>
    (intake ??= {
      find: openSourceFinder(app.database),
      allow: openAllowances(),
      take: openIntake({ database: app.database, vaults: app.services.vaults, writer: writer() }),
    });
  app.servedEndpoints.push(
    { endpoint: sendBatch, access: config.access },
    { endpoint: sendCall, access: config.access },
  );
  app.addHook('onClose', async () => {
    if (intake) await writer().close();
  });
  rawBodyRoutes(app, (scope) => {
    scope.addHook('onRequest', async (request, reply) => allowOrigin(request, reply));
    for (const [path, type] of singles) {
      scope.post(path, { config }, (request) => takeOne(opened(), request, type));
    }
    for (const path of batches) {
      scope.post(path, { config }, (request) => takeBatch(opened(), request, path === importPath));
    }
    scope.post(selfReport, { config }, async () => ({ success: true }));
    for (const path of [...singles.map(([single]) => single), ...batches, selfReport]) {
      scope.options(path, { config }, async (_request, reply) => reply.code(204).send());
    }
    serveSdkSettings(scope, config, () => opened().find);
  });
}

// Trackers run on any page and send headers of their own (AnonymousId, Rsa-…), so what is asked for is allowed; the source's own
// list of origins is checked once its key is known.
function allowOrigin(request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    vary: 'origin, access-control-request-headers',
  });
  if (request.method !== 'OPTIONS') return;
  reply.headers({
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': request.headers['access-control-request-headers'] ?? 'authorization, content-type',
    'access-control-max-age': '86400',
  });
}

async function takeOne(intake: Intake, request: FastifyRequest, type: EventType) {
  const { json, bytes } = await readBody(request.body);
  if (!isObject(json)) throw new BodyUnreadable('it is not an object');
  const source = await sourceOf(intake, request, json);
  const { writeKey: _key, ...call } = json;
  const reception = { source, bytes, receivedAt: Date.now(), ip: request.ip };
  const { rejected } = await intake.take({ ...reception, items: [{ ...call, type }], sentAt: json['sentAt'] });
  const [fault] = rejected;
  if (fault) throw new EventRefused(fault.reason, fault.sentence);
  return { success: true };
}

async function takeBatch(intake: Intake, request: FastifyRequest, historical: boolean) {
  const { json, bytes } = await readBody(request.body);
  if (!isObject(json) || !Array.isArray(json['batch'])) throw new BodyUnreadable('it has no list named batch');
  const source = await sourceOf(intake, request, json, json['batch'].length);
  if (json['batch'].length > limits.batchEvents) throw new TooManyEvents();
  const { accepted, rejected } = await intake.take({
    source,
    bytes,
    items: isObject(json['context']) ? withContext(json['batch'], json['context']) : json['batch'],
    sentAt: json['sentAt'],
    receivedAt: Date.now(),
    ip: request.ip,
    historical,
  });
  if (rejected.length === 0) return { success: true };
  return {
    success: true,
    accepted,
    rejected: rejected.map(({ index, reason, sentence }) => ({ index, reason, message: sentence })),
  };
}

async function sourceOf(intake: Intake, request: FastifyRequest, body: Call, events = 1): Promise<KnownSource> {
  const source = await intake.find(writeKeyOf(request, body));
  const { origin } = request.headers;
  if (
    origin !== undefined &&
    source.allowedOrigins.length > 0 &&
    !source.allowedOrigins.includes(origin.toLowerCase())
  ) {
    throw new OriginNotAllowed(origin);
  }
  intake.allow(source, Math.max(1, events));
  return source;
}

function withContext(items: readonly unknown[], context: Call): unknown[] {
  return items.map((item) =>
    isObject(item)
      ? { ...item, context: isObject(item['context']) ? { ...context, ...item['context'] } : context }
      : item,
  );
}

function isObject(value: unknown): value is Call {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
