import { MenuOutlined, SearchOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { AccountMenu } from './account-menu.tsx';
import { AppearanceSwitch, LanguageSwitch } from './appearance-switch.tsx';
import { Bell } from './bell.tsx';
import { CommandPalette } from './command-palette.tsx';
import { ScopeSwitch } from './scope-switch.tsx';

import styles from './header.module.css';

const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? '');

/** Search, scope, language, appearance, what waits, and the person signed in. */
export function Header({ onMenu }: { readonly onMenu: () => void }) {
  const { t } = useTranslation();
  const [paletteOpen, setPaletteOpen] = useState(false);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey)) {
        event.preventDefault();
        setPaletteOpen((open) => !open);
      }
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
  return (
    <header className={styles['header']}>
      <Button
        className={styles['menu'] ?? ''}
        type="text"
        icon={<MenuOutlined />}
        aria-label={t('shell.menu')}
        onClick={onMenu}
      />
      <ScopeSwitch />
      <button
        type="button"
        className={styles['search']}
        aria-label={t('palette.open')}
        onClick={() => setPaletteOpen(true)}
      >
        <SearchOutlined aria-hidden />
        <span>{t('palette.open')}</span>
        <kbd>{isMac ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <div className={styles['tools']}>
        <LanguageSwitch />
        <AppearanceSwitch />
        <Bell />
        <AccountMenu />
      </div>
      <CommandPalette open={paletteOpen} onClose={() => setPaletteOpen(false)} />
    </header>
  );
}
