import { readDemo } from '@shuke/server/contracts/demo';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';

import styles from './demo-mark.module.css';

/** Says that what is on screen is made up, to those who may remove it. */
export function DemoMark({ onNavigate }: { readonly onNavigate?: (() => void) | undefined }) {
  const { t } = useTranslation('demo');
  const may = useCan('org.write');
  const { data } = useRead(readDemo, {}, { enabled: may, staleMs: 300_000 });
  if (!data?.demo) return null;
  return (
    <Link to="/settings/demo" className={styles['mark']} onClick={onNavigate}>
      {t('mark')}
    </Link>
  );
}
