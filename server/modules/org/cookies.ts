import type { FastifyReply, FastifyRequest } from 'fastify';

/** Marks a browser in which a staff member has signed in before. */
export const deviceCookie = 'shuke_device';

/** How long a browser stays known: half a year. */
export function knownDeviceUntil(now: Date): Date {
  return new Date(now.getTime() + 180 * 86_400_000);
}

/** Sets a cookie that scripts cannot read and that other sites' forms do not carry; `Secure` wherever the connection is. */
export function setSecretCookie(
  reply: FastifyReply,
  request: FastifyRequest,
  name: string,
  value: string,
  expiresAt: Date,
): void {
  reply.setCookie(name, value, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: request.protocol === 'https',
    expires: expiresAt,
  });
}
