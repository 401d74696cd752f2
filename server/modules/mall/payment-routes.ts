import type { FastifyInstance } from 'fastify';

import { everyStore } from '#platform/context';

import * as contract from './contract.ts';
import { NoticeMalformed, SandboxOff } from './errors.ts';
import { merchantOf, openNotice } from './sandbox-provider.ts';
import { takeNotice } from './take-notice.ts';
import type { NoticeOutcome } from './take-notice.ts';

const processed: ReadonlySet<NoticeOutcome> = new Set(['settled', 'revived', 'refunded', 'declined']);

/** Where payment providers report. Signed over the exact bytes, so these routes read the body as text themselves. */
export function paymentRoutes(app: FastifyInstance): void {
  const { notifySandboxPayment } = contract;
  const access = { audience: 'public' } as const;
  app.servedEndpoints.push({ endpoint: notifySandboxPayment, access });
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    scope.post(notifySandboxPayment.path, { config: { access, anyOrigin: true } }, async (request, reply) => {
      if (!app.services.config.isSandbox) throw new SandboxOff();
      const { body } = request;
      if (typeof body !== 'string') throw new NoticeMalformed();
      const signature = request.headers['x-sandbox-signature'];
      const tenantId = merchantOf(body);
      const identity = {
        tenantId,
        actor: { kind: 'system', name: 'sandbox-payment' },
        scope: everyStore,
        permissions: new Set<string>(),
      } as const;
      const outcome = await app.database.transaction({ tenantId, scope: everyStore }, async (tx) => {
        const ctx = app.contextFor(request, identity, tx);
        const notice = await openNotice(ctx, { body, signature: typeof signature === 'string' ? signature : '' });
        return takeNotice(ctx, notice);
      });
      const result = processed.has(outcome) ? 'processed' : outcome === 'repeated' ? 'repeated' : 'ignored';
      return reply.send({ result });
    });
  });
}
