import { getCustomer, giveConsent } from '@shuke/server/contracts/customers';
import { Button, Form, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { channelText } from '../../i18n/channel-text.ts';
import { useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import type { Customer } from './customer-page.tsx';

import styles from './customers.module.css';

interface ConsentValues {
  readonly purpose: string;
  readonly channel?: string;
  readonly isGranted: boolean;
  readonly policyVersion: string;
}

const purposes = ['marketing', 'service', 'analytics', 'profiling', 'sensitive'] as const;
const channels = ['wecom', 'sms', 'email', 'wechat'] as const;

/** What a person agreed to, for what and where; and noting what they say in person. */
export function ConsentsCard({ customer }: { readonly customer: Customer }) {
  const { t } = useTranslation('customers');
  const may = useCan('customers.write');
  const [noting, setNoting] = useState(false);
  const give = useWrite(giveConsent, { refreshes: [getCustomer] });
  const submit = ({ channel = '', ...consent }: ConsentValues) =>
    give.mutateAsync({ params: { customerId: customer.customerId }, body: { ...consent, channel } });
  return (
    <Card
      title={t('consent.title')}
      extra={
        may ? (
          <Button size="small" onClick={() => setNoting(true)}>
            {t('consent.note')}
          </Button>
        ) : undefined
      }
    >
      {customer.consents.length === 0 ? (
        <EmptyState compact title={t('consent.none')} hint={t('consent.noneHint')} />
      ) : null}
      <ul className={styles['consents']}>
        {customer.consents.map((consent) => (
          <li key={`${consent.purpose} ${consent.channel}`}>
            <span>
              {[
                t(`purposes.${consent.purpose}`, { defaultValue: consent.purpose }),
                consent.channel === '' ? '' : channelText(consent.channel),
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
            <StatusTag tone={consent.isGranted ? 'good' : 'bad'}>
              {t(consent.isGranted ? 'consent.granted' : 'consent.withdrawn')}
            </StatusTag>
          </li>
        ))}
      </ul>
      <FormDrawer<ConsentValues>
        title={t('consent.note')}
        open={noting}
        onClose={() => setNoting(false)}
        submit={submit}
        initial={{ purpose: 'marketing', isGranted: true }}
      >
        <Form.Item name="purpose" label={t('consent.purpose')} rules={[{ required: true }]}>
          <Select options={purposes.map((value) => ({ value, label: t(`purposes.${value}`) }))} />
        </Form.Item>
        <Form.Item name="channel" label={t('consent.channel')}>
          <Select
            allowClear
            placeholder={t('consent.everyChannel')}
            options={channels.map((value) => ({ value, label: channelText(value) }))}
          />
        </Form.Item>
        <Form.Item name="isGranted" label={t('consent.said')}>
          <Radio.Group
            options={[
              { value: true, label: t('consent.granted') },
              { value: false, label: t('consent.withdrawn') },
            ]}
          />
        </Form.Item>
        <Form.Item
          name="policyVersion"
          label={t('consent.policyVersion')}
          extra={t('consent.policyVersionHint')}
          rules={[{ required: true }]}
        >
          <Input maxLength={40} />
        </Form.Item>
      </FormDrawer>
    </Card>
  );
}
