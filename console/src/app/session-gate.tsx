import { changeLocale as keepLocale, currentSession } from '@shuke/server/contracts/org';
import { useQueryClient } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { ReactNode } from 'react';

import { changeLocale, startingLocale } from '../i18n/index.ts';
import { ApiError } from '../lib/api-error.ts';
import { call } from '../lib/api.ts';
import type { Locale } from '../lib/format.ts';
import { queryKeyOf, useRead } from '../lib/query.ts';
import { SessionContext } from '../lib/session.ts';
import type { Session } from '../lib/session.ts';
import { readStored } from '../lib/stored.ts';
import { TimeZoneContext } from '../lib/time-zone.ts';
import { ErrorState, StartSkeleton } from '../ui/states.tsx';
import { SignInPage } from './sign-in/sign-in-page.tsx';
import { StepUpDialog } from './step-up-dialog.tsx';

function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'not_signed_in';
}

async function followChoice(client: QueryClient, locale: Locale): Promise<void> {
  await call(keepLocale, { body: { locale } });
  await client.invalidateQueries();
}

/** Shows the pages to whoever is signed in, and the sign-in page to everyone else; the address stays for afterwards. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const answer = useRead(currentSession, {}, { staleMs: 60_000 });
  useEffect(() => {
    // Any page may be the first to learn that the session ended.
    const sessionKey = queryKeyOf(currentSession);
    const askAgain = () => void client.resetQueries({ queryKey: sessionKey });
    const leaveQueries = client.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || event.action.type !== 'error' || !isSignedOut(event.action.error)) return;
      if (event.query.queryKey[0] !== sessionKey[0]) askAgain();
    });
    const leaveMutations = client.getMutationCache().subscribe((event) => {
      if (event.type === 'updated' && event.action.type === 'error' && isSignedOut(event.action.error)) askAgain();
    });
    return () => {
      leaveQueries();
      leaveMutations();
    };
  }, [client]);
  const session = useMemo<Session | null>(
    () =>
      answer.data === undefined
        ? null
        : {
            ...answer.data,
            permissions: new Set(answer.data.permissions),
          },
    [answer.data],
  );
  const ownLocale = answer.data?.staff.locale;
  useEffect(() => {
    if (ownLocale === undefined) return;
    // What was chosen in this browser holds, and the account follows (texts from the server, messages); else the account's choice does.
    const chosen = readStored('locale');
    if (chosen === null) void changeLocale(ownLocale);
    else if (chosen !== ownLocale) void followChoice(client, startingLocale());
  }, [client, ownLocale]);
  if (isSignedOut(answer.error)) return <SignInPage />;
  if (session === null) {
    return answer.isError ? <ErrorState error={answer.error} retry={() => void answer.refetch()} /> : <StartSkeleton />;
  }
  return (
    <SessionContext value={session}>
      <TimeZoneContext value={session.tenant.timezone}>
        {children}
        <StepUpDialog />
      </TimeZoneContext>
    </SessionContext>
  );
}
