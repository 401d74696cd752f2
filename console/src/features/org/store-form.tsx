import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { addStore, changeStore, readTree } from '@shuke/server/contracts/org';
import { Button, Checkbox, Form, Input, InputNumber, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import type { OrgTree, Store } from './org-tree.ts';

import styles from './store-form.module.css';

interface StoreValues extends Omit<Store, 'storeId' | 'brandId' | 'regionId'> {
  readonly brandId: number;
  readonly regionId?: number | null;
}

interface StoreFormProps {
  readonly open: boolean;
  readonly store: Store | null;
  readonly tree: OrgTree;
  readonly onClose: () => void;
}

const capabilities = ['ships_orders', 'pick_up', 'verifies', 'returns', 'repairs'] as const;

/** Adds a store or service outlet, or changes one. */
export function StoreForm({ open, store, tree, onClose }: StoreFormProps) {
  const { t } = useTranslation('org');
  const add = useWrite(addStore, { refreshes: [readTree] });
  const change = useWrite(changeStore, { refreshes: [readTree] });
  const [form] = Form.useForm<StoreValues>();
  const brandId = Form.useWatch('brandId', form);
  const submit = async ({ brandId: ofBrand, kind, status, regionId, ...content }: StoreValues) => {
    const body = {
      ...content,
      regionId: regionId ?? null,
      latitude: content.latitude ?? null,
      longitude: content.longitude ?? null,
      hours: content.hours ?? [],
      capabilities: content.capabilities ?? [],
    };
    if (store === null) await add.mutateAsync({ body: { ...body, brandId: ofBrand, kind } });
    else await change.mutateAsync({ params: { storeId: store.storeId }, body: { ...body, status } });
  };
  return (
    <FormDrawer<StoreValues>
      title={t(store === null ? 'organisation.addStore' : 'store.edit')}
      open={open}
      onClose={onClose}
      form={form}
      widthPx={560}
      submit={submit}
      initial={
        store ?? {
          brandId: tree.brands[0]?.brandId ?? 0,
          kind: 'store',
          hours: [],
          capabilities: ['ships_orders', 'pick_up', 'verifies'],
        }
      }
    >
      <div className={styles['pair']}>
        <Form.Item name="name" label={t('store.name')} rules={[{ required: true }]}>
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item name="code" label={t('store.code')} rules={[{ required: true }]}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="brandId" label={t('store.brand')} rules={[{ required: true }]}>
          <Select
            disabled={store !== null}
            options={tree.brands.map(({ brandId: value, name }) => ({ value, label: name }))}
          />
        </Form.Item>
        <Form.Item name="regionId" label={t('store.region')}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            options={tree.regions
              .filter((region) => region.brandId === brandId)
              .map(({ regionId: value, name }) => ({ value, label: name }))}
          />
        </Form.Item>
      </div>
      {store === null ? (
        <Form.Item name="kind" label={t('store.kind')}>
          <Radio.Group
            options={(['store', 'outlet'] as const).map((value) => ({ value, label: t(`store.kinds.${value}`) }))}
          />
        </Form.Item>
      ) : (
        <Form.Item name="status" label={t('store.status')}>
          <Radio.Group
            options={(['open', 'paused', 'closed'] as const).map((value) => ({
              value,
              label: t(`store.statuses.${value}`),
            }))}
          />
        </Form.Item>
      )}
      <StorePlace />
      <StoreHours />
      <Form.Item name="capabilities" label={t('store.capabilities')}>
        <Checkbox.Group options={capabilities.map((value) => ({ value, label: t(`store.can.${value}`) }))} />
      </Form.Item>
    </FormDrawer>
  );
}

function StorePlace() {
  const { t } = useTranslation('org');
  return (
    <>
      <div className={styles['triple']}>
        <Form.Item name="province" label={t('store.province')}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="city" label={t('store.city')}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="district" label={t('store.district')}>
          <Input maxLength={40} />
        </Form.Item>
      </div>
      <Form.Item name="street" label={t('store.street')}>
        <Input maxLength={200} />
      </Form.Item>
      <div className={styles['pair']}>
        <Form.Item name="latitude" label={t('store.latitude')} extra={t('store.pointHint')}>
          <InputNumber min={-90} max={90} step={0.0001} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="longitude" label={t('store.longitude')}>
          <InputNumber min={-180} max={180} step={0.0001} style={{ width: '100%' }} />
        </Form.Item>
      </div>
    </>
  );
}

function StoreHours() {
  const { t } = useTranslation('org');
  const days = [1, 2, 3, 4, 5, 6, 7].map((value) => ({ value, label: t(`store.days.${value}`) }));
  const time = [{ required: true, pattern: /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/ }];
  return (
    <Form.Item label={t('store.hours')}>
      <Form.List name="hours">
        {(fields, { add, remove }) => (
          <div className={styles['hours']}>
            {fields.map(({ key, name }) => (
              <div key={key} className={styles['line']}>
                <Form.Item name={[name, 'days']} rules={[{ required: true }]} className={styles['grow'] ?? ''}>
                  <Select mode="multiple" options={days} maxTagCount="responsive" aria-label={t('store.hoursDays')} />
                </Form.Item>
                <Form.Item name={[name, 'opens']} rules={time}>
                  <Input placeholder="09:00" style={{ width: 84 }} aria-label={t('store.opens')} />
                </Form.Item>
                <Form.Item name={[name, 'closes']} rules={time}>
                  <Input placeholder="21:00" style={{ width: 84 }} aria-label={t('store.closes')} />
                </Form.Item>
                <Button
                  type="text"
                  icon={<MinusCircleOutlined />}
                  aria-label={t('remove')}
                  onClick={() => remove(name)}
                />
              </div>
            ))}
            <Button
              type="dashed"
              icon={<PlusOutlined />}
              onClick={() => add({ days: [1, 2, 3, 4, 5, 6, 7], opens: '09:00', closes: '21:00' })}
            >
              {t('store.addHours')}
            </Button>
          </div>
        )}
      </Form.List>
    </Form.Item>
  );
}
