import { listBatches, listTemplates, readTemplate, startBatch } from '@shuke/server/contracts/coupons';
import { listSegments } from '@shuke/server/contracts/segments';
import { Alert, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { errorText, useLocale } from '../../i18n/index.ts';
import { formatCount, formatMoney } from '../../lib/format.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { CustomerPicker } from '../customers/customer-picker.tsx';
import type { PickedCustomer } from '../customers/customer-picker.tsx';
import { worstCostFen } from './coupon-text.ts';
import type { Template } from './coupon-text.ts';

import styles from './coupons.module.css';

/** Gives a coupon to a segment or a list of customers, after telling what it means. */
export function IssueDialog({ template, onClose }: { readonly template: Template; readonly onClose: () => void }) {
  const { t } = useTranslation('coupons');
  const locale = useLocale();
  const navigate = useNavigate();
  const maySegments = useCan('segments.read');
  const [to, setTo] = useState<'segment' | 'customers'>(maySegments ? 'segment' : 'customers');
  const [segmentId, setSegmentId] = useState<string | null>(null);
  const [customers, setCustomers] = useState<readonly PickedCustomer[]>([]);
  const segments = useRead(listSegments, {}, { enabled: maySegments });
  const ready = (segments.data?.items ?? []).filter(({ publishedVersion }) => publishedVersion !== null);
  const customerIds = customers.map(({ customerId }) => customerId);
  const people =
    to === 'segment' ? (ready.find((segment) => segment.segmentId === segmentId)?.customers ?? 0) : customerIds.length;
  const start = useWrite(startBatch, {
    refreshes: [listBatches, readTemplate, listTemplates],
    onDone: () => void navigate('/coupon-batches'),
  });
  const unit = worstCostFen(template.terms);
  const consequence =
    unit === null
      ? t('issue.consequence', { count: people })
      : `${t('issue.consequence', { count: people })} ${t('issue.budget', { cost: formatMoney(people * unit, locale) })}`;
  const submit = () => {
    const { templateId } = template;
    if (to === 'customers') start.mutate({ body: { templateId, customerIds } });
    else if (segmentId !== null) start.mutate({ body: { templateId, segmentId } });
  };
  return (
    <Modal
      title={t('issue.title')}
      open
      width={560}
      okText={t('issue.confirm', { count: formatCount(people, locale) })}
      okButtonProps={{ disabled: people === 0 }}
      confirmLoading={start.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div style={{ display: 'grid', gap: 16 }}>
        <Radio.Group
          value={to}
          options={(['segment', 'customers'] as const).map((value) => ({
            value,
            label: t(`issue.${value}`),
            disabled: value === 'segment' && !maySegments,
          }))}
          onChange={(event) => setTo(event.target.value === 'segment' ? 'segment' : 'customers')}
        />
        {to === 'segment' ? (
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            aria-label={t('issue.segment')}
            placeholder={t('issue.chooseSegment')}
            loading={segments.isPending}
            value={segmentId}
            options={ready.map((segment) => ({
              value: segment.segmentId,
              label: `${segment.name} · ${t('issue.people', { count: segment.customers })}`,
            }))}
            onChange={setSegmentId}
          />
        ) : (
          <CustomerPicker
            value={customers}
            most={200}
            label={t('issue.customersPlaceholder')}
            onChange={setCustomers}
          />
        )}
        {people > 0 ? <p className={styles['forecast']}>{consequence}</p> : null}
        {start.error === null ? null : <Alert type="error" showIcon title={errorText(start.error)} />}
      </div>
    </Modal>
  );
}
