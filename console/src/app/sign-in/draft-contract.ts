import { endpoint } from '@shuke/server/platform/endpoint';
import * as z from 'zod';

const session = z.object({
  staff: z.object({ staffId: z.string(), name: z.string(), login: z.string() }),
  tenant: z.object({ name: z.string(), timezone: z.string() }),
  permissions: z.array(z.string()),
});
export const signIn = endpoint({
  method: 'POST',
  path: '/api/session',
  summary: 'Signs in.',
  body: z.object({ login: z.string(), password: z.string(), code: z.string().optional() }),
  response: z.object({ status: z.enum(['signed_in', 'code_required']) }),
});
export const currentSession = endpoint({ method: 'GET', path: '/api/session', summary: 'Session.', response: session });
export const signOut = endpoint({
  method: 'DELETE',
  path: '/api/session',
  summary: 'Signs out.',
  response: z.object({}),
});
