import { customerStanding, grantTier, listMembers, tierReport } from '@shuke/server/contracts/loyalty';
import { DatePicker, Form, Input, Select } from 'antd';
import dayjs from 'dayjs';
import type { Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import type { Programme } from './use-programme.ts';

interface GrantValues {
  readonly tierCode: string;
  readonly until: Dayjs;
  readonly note: string;
}

interface GrantTierProps {
  readonly customerId: number;
  readonly programme: Programme;
  readonly onClose: () => void;
}

/** Gives a customer a tier by hand until a day. */
export function GrantTier({ customerId, programme, onClose }: GrantTierProps) {
  const { t } = useTranslation('loyalty');
  const grant = useWrite(grantTier, { refreshes: [listMembers, customerStanding, tierReport] });
  const submit = ({ tierCode, until, note }: GrantValues) =>
    grant.mutateAsync({
      params: { programmeId: programme.programmeId, customerId },
      body: { tierCode, until: until.endOf('day').toISOString(), note },
    });
  return (
    <FormDrawer<GrantValues>
      title={t('tier.grant')}
      open
      onClose={onClose}
      submit={submit}
      initial={{ until: dayjs().add(1, 'year') }}
    >
      <Form.Item name="tierCode" label={t('members.tier')} rules={[{ required: true }]}>
        <Select options={(programme.published?.tiers ?? []).map(({ code, name }) => ({ value: code, label: name }))} />
      </Form.Item>
      <Form.Item name="until" label={t('members.validUntil')} rules={[{ required: true }]}>
        <DatePicker minDate={dayjs().add(1, 'day')} />
      </Form.Item>
      <Form.Item name="note" label={t('points.note')} rules={[{ required: true }]}>
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
    </FormDrawer>
  );
}
