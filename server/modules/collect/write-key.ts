import type { FastifyRequest } from 'fastify';

import { WriteKeyMissing } from './errors.ts';

/** The write key a request carries: Basic user name, bearer token, `writeKey` in the body or the address. Throws WriteKeyMissing. */
export function writeKeyOf(request: FastifyRequest, body: Readonly<Record<string, unknown>> = {}): string {
  const { writeKey: inAddress } = request.query as { writeKey?: unknown };
  for (const candidate of [inHeader(request.headers.authorization), body['writeKey'], inAddress]) {
    if (typeof candidate === 'string' && candidate !== '') return candidate;
  }
  throw new WriteKeyMissing();
}

function inHeader(authorization: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(Basic|Bearer)\s+(\S+)$/i.exec(authorization ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  return scheme === '' ? undefined : Buffer.from(value, 'base64').toString('utf8').split(':')[0];
}
