import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useRouteError } from 'react-router';

import { ApiError } from '../lib/api-error.ts';
import { EmptyState, ErrorState } from '../ui/states.tsx';

/** A page that broke: the server's refusal in words, or an apology with a way on. */
export function ErrorPage({ error }: { readonly error: unknown }) {
  const { t } = useTranslation();
  if (error instanceof ApiError) return <ErrorState error={error} retry={() => window.location.reload()} />;
  const outdated =
    error instanceof Error && /dynamically imported module|Importing a module script/.test(error.message);
  return (
    <EmptyState
      title={t(outdated ? 'states.outdated' : 'states.broken')}
      hint={t(outdated ? 'states.outdatedHint' : 'states.brokenHint')}
      action={
        <Button type="primary" onClick={() => window.location.reload()}>
          {t('states.reload')}
        </Button>
      }
    />
  );
}

/** What the router shows when a route fails to load. */
export function RouteErrorPage() {
  return <ErrorPage error={useRouteError()} />;
}

/** An address nothing answers to. */
export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <EmptyState
      title={t('states.notFound')}
      hint={t('states.notFoundHint')}
      action={<Link to="/">{t('states.home')}</Link>}
    />
  );
}
