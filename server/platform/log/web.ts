import type { FastifyInstance } from 'fastify';

/** Bodies of the event API are limited before they are unpacked; the API itself limits them again afterwards. */
const bodyLimitBytes = 1_048_576;

/**
 * Registers routes that take any content type as raw bytes (trackers send JSON as text, as a form, compressed) in a scope of their
 * own, so that the rest of the server goes on accepting JSON alone.
 */
export function rawBodyRoutes(app: FastifyInstance, routes: (scope: FastifyInstance) => void): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyLimitBytes }, (_request, body, done) => {
      done(null, body);
    });
    routes(scope);
  });
}
