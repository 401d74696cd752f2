import { QueryClientProvider } from '@tanstack/react-query';
import { App as AntdApp, ConfigProvider } from 'antd';
import { useLayoutEffect, useMemo, useState } from 'react';
import { RouterProvider } from 'react-router/dom';

import { antdLocale, useLocale } from '../i18n/index.ts';
import { createQueryClient } from '../lib/query.ts';
import { antdTheme } from '../theme/antd-theme.ts';
import { useAppearance, useAppliedAppearance, useIsStill } from '../theme/appearance.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { createRouter } from './router.tsx';
import { SessionGate } from './session-gate.tsx';
import { InvitationPage } from './sign-in/invitation-page.tsx';

const isInvitation = window.location.pathname.replace(/\/$/, '') === '/console/invitation';

/** The console: language, looks, data, session, pages. */
export function ConsoleApp() {
  const locale = useLocale();
  const { appearance } = useAppearance();
  useAppliedAppearance(appearance);
  useLayoutEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const [client] = useState(createQueryClient);
  const [router] = useState(createRouter);
  const isStill = useIsStill();
  const theme = useMemo(() => antdTheme(appearance, { isStill }), [appearance, isStill]);
  const antd = antdLocale(locale);
  return (
    <ConfigProvider theme={theme} button={{ autoInsertSpace: false }} {...(antd === undefined ? {} : { locale: antd })}>
      <AntdApp>
        <ErrorBoundary>
          <QueryClientProvider client={client}>
            {isInvitation ? (
              <InvitationPage />
            ) : (
              <SessionGate>
                <RouterProvider router={router} />
              </SessionGate>
            )}
          </QueryClientProvider>
        </ErrorBoundary>
      </AntdApp>
    </ConfigProvider>
  );
}
