import { getMessagingSettings, saveMessagingSettings } from '@shuke/server/contracts/messaging';
import { Alert, Form, InputNumber, Switch, TimePicker } from 'antd';
import dayjs from 'dayjs';
import type { Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';

import { useRead, useWrite } from '../../lib/query.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';

interface Values {
  readonly marketingPer7Days: number;
  readonly marketingPer30Days: number;
  readonly isQuiet: boolean;
  readonly hours?: [Dayjs, Dayjs];
}

const day = '2000-01-01';

/** How often marketing may reach a person, and when nobody is disturbed. */
export function SettingsForm({ disabled, onClose }: { readonly disabled: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation('messaging');
  const answer = useRead(getMessagingSettings, {}, { staleMs: 0 });
  const save = useWrite(saveMessagingSettings, { refreshes: [getMessagingSettings] });
  const [form] = Form.useForm<Values>();
  const isQuiet: unknown = Form.useWatch('isQuiet', form);
  const settings = answer.data;
  if (settings === undefined) return null;
  const { from, until } = settings.quietHours ?? { from: '22:00', until: '08:00' };
  return (
    <FormDrawer<Values>
      title={t('settings.title')}
      open
      form={form}
      onClose={onClose}
      initial={{
        marketingPer7Days: settings.marketingPer7Days,
        marketingPer30Days: settings.marketingPer30Days,
        isQuiet: settings.quietHours !== null,
        hours: [dayjs(`${day}T${from}`), dayjs(`${day}T${until}`)],
      }}
      submit={({ marketingPer7Days, marketingPer30Days, hours, ...values }) =>
        save.mutateAsync({
          body: {
            marketingPer7Days,
            marketingPer30Days,
            quietHours:
              values.isQuiet && hours !== undefined
                ? { from: hours[0].format('HH:mm'), until: hours[1].format('HH:mm') }
                : null,
          },
        })
      }
    >
      <Alert style={{ marginBottom: 16 }} type="info" showIcon title={t('settings.hint')} />
      <Form.Item name="marketingPer7Days" label={t('settings.per7')} rules={[{ required: true }]}>
        <InputNumber
          disabled={disabled}
          min={0}
          max={50}
          precision={0}
          suffix={t('settings.messages')}
          style={{ width: 200 }}
        />
      </Form.Item>
      <Form.Item name="marketingPer30Days" label={t('settings.per30')} rules={[{ required: true }]}>
        <InputNumber
          disabled={disabled}
          min={0}
          max={200}
          precision={0}
          suffix={t('settings.messages')}
          style={{ width: 200 }}
        />
      </Form.Item>
      <Form.Item name="isQuiet" label={t('settings.quiet')} valuePropName="checked" extra={t('settings.quietHint')}>
        <Switch disabled={disabled} />
      </Form.Item>
      {isQuiet === true ? (
        <Form.Item name="hours" label={t('settings.hours')} rules={[{ required: true }]}>
          <TimePicker.RangePicker
            disabled={disabled}
            format="HH:mm"
            minuteStep={5}
            order={false}
            style={{ width: 240 }}
          />
        </Form.Item>
      ) : null}
    </FormDrawer>
  );
}
