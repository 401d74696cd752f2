import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { FindSource } from './find-source.ts';
import { writeKeyOf } from './write-key.ts';

const segmentPath = '/v1/projects/:writeKey/settings';
const rudderPath = '/sourceConfig';

/** What browser SDKs ask for before they send anything: where events go and that nothing else is to be loaded. */
export function serveSdkSettings(scope: FastifyInstance, config: object, find: () => FindSource): void {
  scope.route({
    method: 'GET',
    url: segmentPath,
    config,
    handler: async (request) => {
      const { writeKey } = request.params as { writeKey: string };
      await find()(writeKey);
      const { protocol, host } = placeOf(request);
      const segment = { apiKey: writeKey, apiHost: `${host}/v1`, protocol };
      return { integrations: { 'Segment.io': segment }, plan: {}, edgeFunction: {} };
    },
  });
  scope.route({
    method: 'GET',
    url: rudderPath,
    config,
    handler: async (request) => {
      const writeKey = writeKeyOf(request);
      const { sourceId } = await find()(writeKey);
      const source = {
        id: String(sourceId),
        name: 'Shuke',
        writeKey,
        enabled: true,
        config: {},
        destinations: [],
        dataplanes: {},
      };
      return { source };
    },
  });
  for (const path of [segmentPath, rudderPath]) {
    scope.options(path, { config }, async (_request, reply) => reply.code(204).send());
  }
}

function placeOf(request: FastifyRequest): { protocol: string; host: string } {
  const { publicUrl } = request.server.services.config;
  const address = publicUrl === null ? null : new URL(publicUrl);
  return { protocol: address?.protocol.replace(':', '') ?? request.protocol, host: address?.host ?? request.host };
}
