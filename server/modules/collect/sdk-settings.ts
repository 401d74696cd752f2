import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { FindSource } from './find-source.ts';
import { writeKeyOf } from './write-key.ts';

/** What browser SDKs ask for before they send anything: where events go and that nothing else is to be loaded. */
export function serveSdkSettings(scope: FastifyInstance, config: object, find: () => FindSource): void {
  scope.get<{ Params: { writeKey: string } }>('/v1/projects/:writeKey/settings', { config }, async (request) => {
    const { writeKey } = request.params;
    await find()(writeKey);
    const { protocol, host } = placeOf(request);
    return {
      integrations: { 'Segment.io': { apiKey: writeKey, apiHost: `${host}/v1`, protocol } },
      plan: {},
      edgeFunction: {},
    };
  });
  scope.get('/sourceConfig', { config }, async (request) => {
    const writeKey = writeKeyOf(request);
    const { sourceId } = await find()(writeKey);
    const source = { id: String(sourceId), name: 'Shuke', writeKey, enabled: true, config: {}, destinations: [] };
    return { source: { ...source, dataplanes: {} } };
  });
  for (const path of ['/v1/projects/:writeKey/settings', '/sourceConfig']) {
    scope.options(path, { config }, async (_request, reply) => reply.code(204).send());
  }
}

function placeOf(request: FastifyRequest): { protocol: string; host: string } {
  const { publicUrl } = request.server.services.config;
  const address = publicUrl === null ? null : new URL(publicUrl);
  return { protocol: address?.protocol.replace(':', '') ?? request.protocol, host: address?.host ?? request.host };
}
