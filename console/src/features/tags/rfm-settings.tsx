import { getRfm, saveRfmSettings } from '@shuke/server/contracts/tags';
import { Alert, Form, InputNumber, Radio, Switch } from 'antd';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import type { Rfm } from './rfm-groups.ts';

import styles from './rfm.module.css';

interface Values {
  readonly isWindowed: boolean;
  readonly windowMonths?: number;
  readonly asOf: Rfm['settings']['asOf'];
  readonly highFrom: Rfm['settings']['highFrom'];
  readonly topPercent: number;
}

/** How RFM is computed; saving publishes a version that the next computation uses. */
export function RfmSettings({
  settings,
  onClose,
}: {
  readonly settings: Rfm['settings'];
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('tags');
  const save = useWrite(saveRfmSettings, { refreshes: [getRfm] });
  const [form] = Form.useForm<Values>();
  const isWindowed: unknown = Form.useWatch('isWindowed', form);
  return (
    <FormDrawer<Values>
      title={t('settings.title')}
      open
      form={form}
      onClose={onClose}
      submitLabel={t('settings.publish')}
      initial={{
        isWindowed: settings.windowMonths !== null,
        windowMonths: settings.windowMonths ?? 12,
        asOf: settings.asOf,
        highFrom: settings.highFrom,
        topPercent: settings.topShareBps / 100,
      }}
      submit={({ windowMonths, topPercent, asOf, highFrom, ...values }) =>
        save.mutateAsync({
          body: {
            windowMonths: values.isWindowed ? (windowMonths ?? 12) : null,
            asOf,
            highFrom,
            topShareBps: Math.round(topPercent * 100),
          },
        })
      }
    >
      <Alert style={{ marginBottom: 16 }} type="info" showIcon title={t('settings.hint')} />
      <Form.Item
        name="isWindowed"
        label={t('settings.windowed')}
        valuePropName="checked"
        extra={t('settings.allOrders')}
      >
        <Switch />
      </Form.Item>
      {isWindowed === true ? (
        <Form.Item name="windowMonths" label={t('settings.windowMonths')} rules={[{ required: true }]}>
          <InputNumber min={1} max={120} precision={0} suffix={t('settings.months')} style={{ width: 200 }} />
        </Form.Item>
      ) : null}
      <Form.Item name="asOf" label={t('settings.asOf')}>
        <Radio.Group
          options={(['newest_order', 'today'] as const).map((value) => ({
            value,
            label: t(`settings.asOfs.${value}`),
          }))}
        />
      </Form.Item>
      <p className={styles['fieldHint']}>{t('settings.highHint')}</p>
      <div className={styles['triple']}>
        {(['r', 'f', 'm'] as const).map((dimension) => (
          <Form.Item
            key={dimension}
            name={['highFrom', dimension]}
            label={t(`settings.high.${dimension}`)}
            rules={[{ required: true }]}
          >
            <InputNumber min={2} max={5} precision={0} style={{ width: '100%' }} />
          </Form.Item>
        ))}
      </div>
      <Form.Item
        name="topPercent"
        label={t('settings.topShare')}
        extra={t('settings.topShareHint')}
        rules={[{ required: true }]}
      >
        <InputNumber<number> min={1} max={100} precision={1} suffix="%" style={{ width: 160 }} />
      </Form.Item>
    </FormDrawer>
  );
}
