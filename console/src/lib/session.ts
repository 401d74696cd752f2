import type { currentSession } from '@shuke/server/contracts/org';
import { createContext, useContext } from 'react';

import type { Reply } from './api.ts';

/** Who is signed in and what they may do. */
export interface Session extends Omit<Reply<typeof currentSession>, 'permissions'> {
  readonly permissions: ReadonlySet<string>;
}

export const SessionContext = createContext<Session | null>(null);

/** The session of the person signed in; pages live inside one. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession needs a signed-in session around it');
  return session;
}

/** Whether the person may do something, for showing or hiding its button; the server decides again. */
export function useCan(permission: string): boolean {
  return useSession().permissions.has(permission);
}
