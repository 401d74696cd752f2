import type { configureImport, listImportFormats } from '@shuke/server/contracts/orders';
import { Form, Input, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';

import { channelText, knownChannels } from '../../i18n/channel-text.ts';
import { useLocale } from '../../i18n/index.ts';
import type { CallInput, Reply } from '../../lib/api.ts';
import { Card } from '../../ui/page.tsx';
import type { Preview } from './import-preview.tsx';

import styles from './import-page.module.css';

export type SettingsChange = CallInput<typeof configureImport>['body'];

interface ImportSettingsProps {
  readonly preview: Preview;
  readonly formats: Reply<typeof listImportFormats>;
  readonly busy: boolean;
  readonly onChange: (change: SettingsChange) => void;
}

const delimiters = [
  [',', 'comma'],
  ['\t', 'tab'],
  [';', 'semicolon'],
  ['|', 'bar'],
] as const;
const zones = Intl.supportedValuesOf('timeZone');

/** How the file is to be read; every change shows its effect in the preview below. */
export function ImportSettings({ preview, formats, busy, onChange }: ImportSettingsProps) {
  const { t } = useTranslation('orders');
  const locale = useLocale();
  const { settings } = preview.import;
  return (
    <Card title={t('settings.title')} hint={t('settings.hint')}>
      <Form layout="vertical" disabled={busy} className={styles['settings'] ?? ''} component="div">
        <Form.Item label={t('settings.format')}>
          <Select
            value={settings.format}
            options={formats.items.map(({ code, name }) => ({ value: code, label: name[locale] }))}
            onChange={(format: string) => onChange({ format })}
          />
        </Form.Item>
        <Form.Item label={t('settings.encoding')}>
          <Select
            value={settings.encoding}
            options={formats.encodings.map((value) => ({ value, label: value.toUpperCase() }))}
            onChange={(encoding: string) => onChange({ encoding: encoding as NonNullable<SettingsChange['encoding']> })}
          />
        </Form.Item>
        <Form.Item label={t('settings.delimiter')}>
          <Select
            value={settings.delimiter}
            options={delimiters.map(([value, name]) => ({ value, label: t(`delimiters.${name}`) }))}
            onChange={(delimiter: string) =>
              onChange({ delimiter: delimiter as NonNullable<SettingsChange['delimiter']> })
            }
          />
        </Form.Item>
        <Form.Item label={t('settings.channel')}>
          <Select
            showSearch
            value={settings.channel}
            options={[...new Set([settings.channel, ...knownChannels])].map((value) => ({
              value,
              label: channelText(value),
            }))}
            onChange={(channel: string) => onChange({ channel })}
          />
        </Form.Item>
        <Form.Item label={t('settings.shop')}>
          <Input
            key={settings.shop}
            defaultValue={settings.shop}
            maxLength={60}
            placeholder={t('settings.shopPlaceholder')}
            onBlur={(event) => {
              if (event.target.value.trim() !== settings.shop) onChange({ shop: event.target.value.trim() });
            }}
          />
        </Form.Item>
        <Form.Item label={t('settings.currency')}>
          <Select
            showSearch
            value={settings.currency}
            options={['CNY', 'HKD', 'TWD', 'USD', 'EUR', 'GBP', 'JPY', 'SGD', 'MYR', 'AUD'].map((value) => ({ value }))}
            onChange={(currency: string) => onChange({ currency })}
          />
        </Form.Item>
        <Form.Item label={t('settings.timeZone')}>
          <Select
            showSearch
            value={settings.timeZone}
            options={zones.map((value) => ({ value }))}
            onChange={(timeZone: string) => onChange({ timeZone })}
          />
        </Form.Item>
        <Form.Item label={t('settings.dateOrder')}>
          <Select
            value={settings.dateOrder}
            options={(['ymd', 'mdy', 'dmy'] as const).map((value) => ({ value, label: t(`dateOrders.${value}`) }))}
            onChange={(dateOrder: 'ymd' | 'mdy' | 'dmy') => onChange({ dateOrder })}
          />
        </Form.Item>
        <Form.Item label={t('settings.backfill')} extra={t('settings.backfillHint')}>
          <Switch
            aria-label={t('settings.backfill')}
            checked={settings.isBackfill}
            onChange={(isBackfill) => onChange({ isBackfill })}
          />
        </Form.Item>
      </Form>
    </Card>
  );
}
