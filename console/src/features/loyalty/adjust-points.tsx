import {
  adjustPoints,
  customerPoints,
  customerStanding,
  listMembers,
  pointsLiability,
} from '@shuke/server/contracts/loyalty';
import { Alert, Form, Input, InputNumber, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';

interface AdjustValues {
  readonly direction: 'give' | 'take';
  readonly points: number;
  readonly note: string;
}

/** Gives or takes points by hand, with a reason that is audited. */
export function AdjustPoints({ customerId, onClose }: { readonly customerId: number; readonly onClose: () => void }) {
  const { t } = useTranslation('loyalty');
  // One key for one opening of the form: pressing twice moves the points once.
  const [key] = useState(() => crypto.randomUUID());
  const adjust = useWrite(adjustPoints, {
    refreshes: [listMembers, customerStanding, customerPoints, pointsLiability],
  });
  const submit = ({ direction, points, note }: AdjustValues) =>
    adjust.mutateAsync({
      params: { customerId },
      body: { points: direction === 'take' ? -points : points, note, key },
    });
  return (
    <FormDrawer<AdjustValues>
      title={t('points.adjust')}
      open
      onClose={onClose}
      submit={submit}
      initial={{ direction: 'give' }}
    >
      <Alert style={{ marginBottom: 16 }} type="info" showIcon title={t('points.adjustHint')} />
      <Form.Item name="direction" label={t('points.direction')}>
        <Radio.Group
          options={(['give', 'take'] as const).map((value) => ({ value, label: t(`directions.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="points" label={t('points.points')} rules={[{ required: true }]}>
        <InputNumber min={1} max={10_000_000} precision={0} style={{ width: 180 }} />
      </Form.Item>
      <Form.Item name="note" label={t('points.note')} rules={[{ required: true }]}>
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
    </FormDrawer>
  );
}
