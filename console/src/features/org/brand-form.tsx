import { addBrand, changeBrand, currentSession, readTree } from '@shuke/server/contracts/org';
import { AutoComplete, ColorPicker, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import type { Brand } from './org-tree.ts';

interface BrandValues {
  readonly code: string;
  readonly name: string;
  readonly timezone: string;
  readonly currency: string;
  readonly primary: string;
  readonly status: 'active' | 'closed';
}

const zones = Intl.supportedValuesOf('timeZone');
const currencies = ['CNY', 'HKD', 'TWD', 'USD', 'EUR', 'GBP', 'JPY', 'SGD', 'MYR'];

/** Adds a brand, or changes one. */
export function BrandForm({
  open,
  brand,
  onClose,
}: {
  readonly open: boolean;
  readonly brand: Brand | null;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('org');
  const refreshes = [readTree, currentSession];
  const add = useWrite(addBrand, { refreshes });
  const change = useWrite(changeBrand, { refreshes });
  const submit = async ({ code, name, timezone, currency, primary, status }: BrandValues) => {
    if (brand === null) {
      await add.mutateAsync({ body: { code, name, timezone, currency, theme: { primary } } });
      return;
    }
    await change.mutateAsync({
      params: { brandId: brand.brandId },
      body: { name, timezone, status, theme: { ...brand.theme, primary } },
    });
  };
  const required = [{ required: true }];
  const colour = brand?.theme['primary'];
  return (
    <FormDrawer<BrandValues>
      title={t(brand === null ? 'organisation.addBrand' : 'brand.edit')}
      open={open}
      onClose={onClose}
      submit={submit}
      initial={{
        code: brand?.code ?? '',
        name: brand?.name ?? '',
        timezone: brand?.timezone ?? 'Asia/Shanghai',
        currency: brand?.currency ?? 'CNY',
        primary: typeof colour === 'string' ? colour : '#0F766E',
        status: brand?.status ?? 'active',
      }}
    >
      <Form.Item name="name" label={t('brand.name')} rules={required}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item
        name="code"
        label={t('brand.code')}
        extra={t('brand.codeHint')}
        rules={[{ required: true, pattern: /^[a-z0-9][a-z0-9-]{1,39}$/ }]}
      >
        <Input disabled={brand !== null} maxLength={40} />
      </Form.Item>
      <Form.Item name="timezone" label={t('brand.timezone')} rules={required}>
        <Select showSearch options={zones.map((value) => ({ value, label: value }))} />
      </Form.Item>
      <Form.Item name="currency" label={t('brand.currency')} rules={[{ required: true, pattern: /^[A-Z]{3}$/ }]}>
        <AutoComplete disabled={brand !== null} options={currencies.map((value) => ({ value }))} />
      </Form.Item>
      <Form.Item
        name="primary"
        label={t('brand.primary')}
        extra={t('brand.primaryHint')}
        getValueFromEvent={(_colour: unknown, css: string) => css}
      >
        <ColorPicker showText disabledAlpha format="hex" />
      </Form.Item>
      {brand === null ? null : (
        <Form.Item name="status" label={t('brand.status')}>
          <Select
            options={(['active', 'closed'] as const).map((value) => ({ value, label: t(`brand.statuses.${value}`) }))}
          />
        </Form.Item>
      )}
    </FormDrawer>
  );
}
