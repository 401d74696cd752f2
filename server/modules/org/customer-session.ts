import type { FastifyReply, FastifyRequest } from 'fastify';

import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { customerLifetime, openSession, revokeSession, tokenSha256 } from '#platform/sessions';
import type { OpenedSession } from '#platform/sessions';

import { customerCookie } from './authenticate.ts';
import { setSecretCookie } from './cookies.ts';

/** Opens a session for a customer whom the caller has identified (phone code, WeChat); put its token into the cookie. */
export async function createCustomerSession(ctx: Context, customerId: number): Promise<OpenedSession> {
  const session = await openSession(ctx, {
    subject: { kind: 'customer', id: String(customerId) },
    lifetime: customerLifetime,
  });
  await audit(ctx, {
    action: 'org.customer-sign-in',
    objectType: 'customer',
    objectId: String(customerId),
    details: { session: session.sessionId },
  });
  return session;
}

/** Puts a customer's session into the browser. */
export function setCustomerCookie(reply: FastifyReply, request: FastifyRequest, session: OpenedSession): void {
  setSecretCookie(reply, request, customerCookie, session.token, session.expiresAt);
}

/** Ends the customer session of this browser and removes its cookie. */
export async function endCustomerSession(ctx: Context, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const token = request.cookies[customerCookie];
  reply.clearCookie(customerCookie, { path: '/' });
  if (!token || ctx.actor.kind !== 'customer') return;
  const [row] = await ctx.tx.query<{ session_id: string }>(
    `select session_id from platform.sessions where tenant_id = $1 and token_sha256 = $2`,
    [ctx.tenantId, tokenSha256(token)],
  );
  if (row) await revokeSession(ctx, { kind: 'customer', id: String(ctx.actor.customerId) }, row.session_id);
}
