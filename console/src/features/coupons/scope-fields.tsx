import { listCategories, listProducts } from '@shuke/server/contracts/catalog';
import { readTree } from '@shuke/server/contracts/org';
import { Form, Input, InputNumber, Select, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { channelText, knownChannels } from '../../i18n/channel-text.ts';
import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';

import styles from './coupons.module.css';

/** What goods, channels and stores a coupon is good for, and what it may stand beside. */
export function ScopeFields() {
  const { t } = useTranslation('coupons');
  const mayCatalog = useCan('catalog.read');
  const mayOrg = useCan('org.read');
  const categories = useRead(listCategories, {}, { enabled: mayCatalog, staleMs: 300_000 });
  const tree = useRead(readTree, {}, { enabled: mayOrg, everyStore: true, staleMs: 300_000 });
  return (
    <>
      <p className={styles['quiet']}>{t('scope.hint')}</p>
      <Form.Item name="productIds" label={t('scope.products')}>
        <ProductPicker />
      </Form.Item>
      <Form.Item name="excludedProductIds" label={t('scope.excludedProducts')}>
        <ProductPicker />
      </Form.Item>
      <Form.Item name="categoryIds" label={t('scope.categories')}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('scope.all')}
          options={(categories.data?.items ?? []).map(({ categoryId, name }) => ({ value: categoryId, label: name }))}
        />
      </Form.Item>
      <Form.Item name="channels" label={t('scope.channels')}>
        <Select
          mode="multiple"
          placeholder={t('scope.all')}
          options={knownChannels.map((value) => ({ value, label: channelText(value) }))}
        />
      </Form.Item>
      <Form.Item name="storeIds" label={t('scope.stores')}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('scope.all')}
          options={(tree.data?.stores ?? []).map(({ storeId, name }) => ({ value: storeId, label: name }))}
        />
      </Form.Item>
      <div className={styles['triple']}>
        <Form.Item
          name="stackingGroup"
          label={t('scope.stackingGroup')}
          extra={t('scope.stackingGroupHint')}
          rules={[{ required: true, pattern: /^[a-z0-9-]{1,40}$/ }]}
        >
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="priority" label={t('scope.priority')} extra={t('scope.priorityHint')}>
          <InputNumber min={0} max={10_000} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item
          name="isExclusive"
          label={t('scope.exclusive')}
          extra={t('scope.exclusiveHint')}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
      </div>
    </>
  );
}

interface ProductPickerProps {
  /** Given by the form. */
  readonly value?: readonly string[];
  readonly onChange?: (productIds: string[]) => void;
  readonly id?: string;
}

/** Products by searching; those chosen before are shown by name once found. */
function ProductPicker({ value = [], onChange, id }: ProductPickerProps) {
  const { t } = useTranslation('coupons');
  const enabled = useCan('catalog.read');
  const [search, setSearch] = useState('');
  const products = useRead(
    listProducts,
    { query: { limit: 50, ...(search === '' ? {} : { search }) } },
    { enabled, keepPrevious: true },
  );
  const options = (products.data?.items ?? []).map(({ productId, title, code }) => ({
    value: productId,
    label: `${title} (${code})`,
  }));
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      mode="multiple"
      showSearch={{ filterOption: false, onSearch: setSearch }}
      placeholder={t('scope.all')}
      loading={products.isFetching}
      value={[...value]}
      options={options}
      onChange={(productIds: string[]) => onChange?.(productIds)}
    />
  );
}
