import { DesktopOutlined, MoonOutlined, SunOutlined, TranslationOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';

import { changeLocale, useLocale } from '../../i18n/index.ts';
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
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: [locale],
        items: [
          { key: 'zh-CN', label: t('languages.zh-CN'), onClick: () => void changeLocale('zh-CN') },
          { key: 'en', label: t('languages.en'), onClick: () => void changeLocale('en') },
        ],
      }}
    >
      <Button type="text" icon={<TranslationOutlined />} aria-label={t('languages.title')} />
    </Dropdown>
  );
}
