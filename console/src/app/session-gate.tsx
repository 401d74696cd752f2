import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { ReactNode } from 'react';

import { ApiError } from '../lib/api-error.ts';
import { queryKeyOf, useRead } from '../lib/query.ts';
import { SessionContext } from '../lib/session.ts';
import type { Session } from '../lib/session.ts';
import { TimeZoneContext } from '../lib/time-zone.ts';
import { ErrorState, PageSkeleton } from '../ui/states.tsx';
import { currentSession } from './sign-in/draft-contract.ts';
import { SignInPage } from './sign-in/sign-in-page.tsx';

function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

/** Shows the pages to whoever is signed in, and the sign-in page to everyone else; the address stays for afterwards. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const answer = useRead(currentSession, {}, { staleMs: 60_000 });
  useEffect(
    () =>
      client.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated' || event.action.type !== 'error' || !isSignedOut(event.action.error)) return;
        const sessionKey = queryKeyOf(currentSession);
        // Any page may be the first to learn that the session ended; the answers of the old one are not for the next person.
        if (event.query.queryKey[0] !== sessionKey[0]) void client.resetQueries({ queryKey: sessionKey });
      }),
    [client],
  );
  const session = useMemo<Session | null>(
    () =>
      answer.data === undefined
        ? null
        : {
            ...answer.data.staff,
            tenantName: answer.data.tenant.name,
            timeZone: answer.data.tenant.timezone,
            permissions: new Set(answer.data.permissions),
          },
    [answer.data],
  );
  if (isSignedOut(answer.error)) return <SignInPage />;
  if (session === null) {
    return answer.isError ? <ErrorState error={answer.error} retry={() => void answer.refetch()} /> : <PageSkeleton />;
  }
  return (
    <SessionContext value={session}>
      <TimeZoneContext value={session.timeZone}>{children}</TimeZoneContext>
    </SessionContext>
  );
}
