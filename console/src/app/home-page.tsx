import { useTranslation } from 'react-i18next';
import { Navigate } from 'react-router';

import { EmptyState } from '../ui/states.tsx';
import { useNavigation } from './navigation.ts';

/** The start: the first page of the loop this person may open. */
export function HomePage() {
  const { t } = useTranslation();
  const first = useNavigation()[0]?.entries[0];
  if (first === undefined)
    return <EmptyState title={t('states.nothingPermitted')} hint={t('states.nothingPermittedHint')} />;
  return <Navigate to={`/${first.path}`} replace />;
}
