import { DesktopOutlined, MoonOutlined, SunOutlined, TranslationOutlined } from '@ant-design/icons';
import { changeLocale as keepLocale } from '@shuke/server/contracts/org';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Dropdown } from 'antd';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';

import { changeLocale, useLocale } from '../../i18n/index.ts';
import { call } from '../../lib/api.ts';
import type { Locale } from '../../lib/format.ts';
import { SessionContext } from '../../lib/session.ts';
import { useAppearance } from '../../theme/appearance.ts';

/** Light, dark, or as the machine. */
export function AppearanceSwitch() {
  const { t } = useTranslation();
  const { appearance, choice, choose } = useAppearance();
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: [choice],
        items: [
          { key: 'light', icon: <SunOutlined />, label: t('appearance.light'), onClick: () => choose('light') },
          { key: 'dark', icon: <MoonOutlined />, label: t('appearance.dark'), onClick: () => choose('dark') },
          { key: 'system', icon: <DesktopOutlined />, label: t('appearance.system'), onClick: () => choose('system') },
        ],
      }}
    >
      <Button
        type="text"
        icon={appearance === 'dark' ? <MoonOutlined /> : <SunOutlined />}
        aria-label={t('appearance.title')}
      />
    </Dropdown>
  );
}

/** Chinese or English. */
export function LanguageSwitch() {
  const { t } = useTranslation();
  const locale = useLocale();
  const session = useContext(SessionContext);
  const client = useQueryClient();
  const choose = async (next: Locale) => {
    await changeLocale(next);
    if (session === null) return;
    await call(keepLocale, { body: { locale: next } });
    // Some texts come from the server in the reader's language.
    await client.invalidateQueries();
  };
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: [locale],
        items: [
          { key: 'zh-CN', label: t('languages.zh-CN'), onClick: () => void choose('zh-CN') },
          { key: 'en', label: t('languages.en'), onClick: () => void choose('en') },
        ],
      }}
    >
      <Button type="text" icon={<TranslationOutlined />} aria-label={t('languages.title')} />
    </Dropdown>
  );
}
