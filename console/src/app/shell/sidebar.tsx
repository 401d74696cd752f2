import { DownOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';

import type { Section } from '../../lib/feature.ts';
import { activeEntry, useNavigation } from '../navigation.ts';
import { DemoMark } from './demo-mark.tsx';
import { BrandMark, SectionIcon } from './section-icon.tsx';

import styles from './sidebar.module.css';

/** The operator's loop: one section open at a time, the one of the page on screen to begin with. */
export function Sidebar({ onNavigate }: { readonly onNavigate?: () => void }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const navigation = useNavigation();
  const active = activeEntry(navigation, pathname);
  const [opened, setOpened] = useState<{ section: Section | null; at: string }>({ section: null, at: '' });
  const openSection = opened.at === pathname ? opened.section : (active?.section ?? null);
  return (
    <nav className={styles['sidebar']} aria-label={t('shell.navigation')}>
      <Link to="/" className={styles['brand']} onClick={onNavigate}>
        <BrandMark />
        <span className={styles['name']}>{t('product.name')}</span>
      </Link>
      <ul className={styles['sections']}>
        {navigation.map(({ section, entries }) => {
          const isOpen = openSection === section;
          const isActive = active?.section === section;
          const only = entries.length === 1 ? entries[0] : undefined;
          return (
            <li key={section}>
              {only === undefined ? (
                <button
                  type="button"
                  className={styles['section']}
                  data-active={isActive}
                  aria-expanded={isOpen}
                  onClick={() => setOpened({ section: isOpen ? null : section, at: pathname })}
                >
                  <SectionIcon section={section} />
                  <span className={styles['text']}>{t(`sections.${section}`)}</span>
                  <DownOutlined className={styles['arrow']} data-open={isOpen} aria-hidden />
                </button>
              ) : (
                <Link
                  to={`/${only.path}`}
                  className={styles['section']}
                  data-active={isActive}
                  aria-current={isActive ? 'page' : undefined}
                  onClick={onNavigate}
                >
                  <SectionIcon section={section} />
                  <span className={styles['text']}>{t(`sections.${section}`)}</span>
                </Link>
              )}
              {isOpen && only === undefined ? (
                <ul className={styles['entries']}>
                  {entries.map((entry) => (
                    <li key={entry.path}>
                      <Link
                        to={`/${entry.path}`}
                        className={styles['entry']}
                        aria-current={active?.path === entry.path ? 'page' : undefined}
                        onClick={onNavigate}
                      >
                        {t(entry.label)}
                      </Link>
                    </li>
                  ))}
                </ul>
              ) : null}
            </li>
          );
        })}
      </ul>
      <DemoMark onNavigate={onNavigate} />
    </nav>
  );
}
