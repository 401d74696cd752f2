import { changeStaff, listStaff, readStaff } from '@shuke/server/contracts/org';
import { Form, Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { useWrite } from '../../lib/query.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';

interface StaffFormProps {
  readonly open: boolean;
  readonly person: Reply<typeof readStaff>;
  readonly onClose: () => void;
}

interface StaffValues {
  readonly name: string;
  readonly employeeNo: string;
  readonly locale: 'zh-CN' | 'en';
}

/** Changes a person's name, employee number or language. */
export function StaffForm({ open, person, onClose }: StaffFormProps) {
  const { t } = useTranslation('org');
  const change = useWrite(changeStaff, { refreshes: [readStaff, listStaff] });
  return (
    <FormDrawer<StaffValues>
      title={t('staff.editTitle')}
      open={open}
      onClose={onClose}
      initial={{ name: person.name, employeeNo: person.employeeNo, locale: person.locale }}
      submit={(body) => change.mutateAsync({ params: { staffId: person.staffId }, body })}
    >
      <Form.Item name="name" label={t('staff.name')} rules={[{ required: true }]}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="employeeNo" label={t('staff.employeeNo')}>
        <Input maxLength={40} />
      </Form.Item>
      <Form.Item name="locale" label={t('staff.locale')}>
        <Radio.Group
          options={(['zh-CN', 'en'] as const).map((value) => ({ value, label: t(`common:languages.${value}`) }))}
        />
      </Form.Item>
    </FormDrawer>
  );
}
