import { Drawer } from 'antd';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation, useNavigation as useRouteLoading } from 'react-router';

import { PageSkeleton } from '../../ui/states.tsx';
import { ErrorBoundary } from '../error-boundary.tsx';
import { Header } from './header.tsx';
import { Sidebar } from './sidebar.tsx';

import styles from './shell.module.css';

/** The console around every page. */
export function Shell() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const loading = useRouteLoading().state === 'loading';
  const [menuOpen, setMenuOpen] = useState(false);
  return (
    <div className={styles['shell']}>
      <a className={styles['skip']} href="#content">
        {t('shell.skip')}
      </a>
      <div className={styles['side']}>
        <Sidebar />
      </div>
      <Drawer
        placement="left"
        size={248}
        open={menuOpen}
        onClose={() => setMenuOpen(false)}
        closable={false}
        styles={{ body: { padding: 0 } }}
        title={null}
      >
        <Sidebar onNavigate={() => setMenuOpen(false)} />
      </Drawer>
      <div className={styles['main']}>
        <Header onMenu={() => setMenuOpen(true)} />
        {loading ? <div className={styles['progress']} role="status" aria-label={t('states.loading')} /> : null}
        <main id="content" className={styles['content']} tabIndex={-1}>
          <ErrorBoundary key={pathname}>
            <Suspense fallback={<PageSkeleton />}>
              <Outlet />
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
    </div>
  );
}
