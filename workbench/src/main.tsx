import type { currentSession } from '@shuke/server/contracts/org';
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';

import { api, ApiError } from './api.ts';
import type { Reply } from './api.ts';
import { CustomerPage } from './customer-page.tsx';
import { FindPage } from './find-page.tsx';
import { switchLanguage } from './i18n/index.ts';
import { SignInPage } from './sign-in.tsx';

import './style.css';

function Workbench() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const session = useQuery({
    queryKey: ['session'],
    queryFn: () =>
      api<Reply<typeof currentSession>>('GET', '/api/session').catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }),
  });
  const signOut = async () => {
    await api('DELETE', '/api/session');
    client.clear();
    location.reload();
  };
  return (
    <>
      <header>
        <strong>{t('app.name')}</strong>
        <button type="button" className="quiet" onClick={switchLanguage}>
          {t('app.language')}
        </button>
        {session.data && (
          <button type="button" className="quiet" onClick={() => void signOut()}>
            {t('app.signOut')}
          </button>
        )}
      </header>
      {session.isPending ? null : session.data ? (
        <Routes>
          <Route path="/" element={<FindPage />} />
          <Route path="/customers/:customerId" element={<CustomerPage />} />
          <Route path="*" element={<Navigate to="/" replace />} />
        </Routes>
      ) : (
        <SignInPage />
      )}
    </>
  );
}

const root = document.querySelector('#root');
if (!root) throw new Error('the page has no #root');
const client = new QueryClient({ defaultOptions: { queries: { retry: 1, staleTime: 15_000 } } });
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <BrowserRouter basename="/workbench">
        <Workbench />
      </BrowserRouter>
    </QueryClientProvider>
  </StrictMode>,
);
