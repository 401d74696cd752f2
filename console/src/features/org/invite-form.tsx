import { inviteStaff, listStaff } from '@shuke/server/contracts/org';
import { Form, Input, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useLocale } from '../../i18n/index.ts';
import { useWrite } from '../../lib/query.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { InvitationLink } from './invitation-link.tsx';
import { RoleFields, assignmentOf } from './role-fields.tsx';
import type { RoleValues } from './role-fields.tsx';

interface InviteValues extends Partial<RoleValues> {
  readonly name: string;
  readonly login: string;
  readonly phone?: string;
  readonly employeeNo?: string;
  readonly locale: 'zh-CN' | 'en';
}

/** Adds a person with a first role, and hands out their invitation link. */
export function InviteForm({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation('org');
  const locale = useLocale();
  const [invitation, setInvitation] = useState<string | null>(null);
  const invite = useWrite(inviteStaff, { refreshes: [listStaff], onDone: (reply) => setInvitation(reply.invitation) });
  const submit = ({ roleCode, node, phone, employeeNo, ...person }: InviteValues) =>
    invite.mutateAsync({
      body: {
        ...person,
        ...(phone ? { phone } : {}),
        ...(employeeNo ? { employeeNo } : {}),
        roles: roleCode && node ? [assignmentOf({ roleCode, node })] : [],
      },
    });
  return (
    <>
      <FormDrawer<InviteValues>
        title={t('staff.invite')}
        submitLabel={t('staff.inviteSubmit')}
        open={open}
        onClose={onClose}
        submit={submit}
        initial={{ locale, node: 'tenant:0' }}
      >
        <Form.Item name="name" label={t('staff.name')} rules={[{ required: true }]}>
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item
          name="login"
          label={t('staff.login')}
          extra={t('staff.loginHint')}
          rules={[{ required: true, min: 3 }]}
        >
          <Input maxLength={120} autoComplete="off" />
        </Form.Item>
        <Form.Item name="phone" label={t('staff.phone')}>
          <Input maxLength={30} autoComplete="off" />
        </Form.Item>
        <Form.Item name="employeeNo" label={t('staff.employeeNo')}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="locale" label={t('staff.locale')}>
          <Radio.Group
            options={(['zh-CN', 'en'] as const).map((value) => ({ value, label: t(`common:languages.${value}`) }))}
          />
        </Form.Item>
        <RoleFields required={false} />
      </FormDrawer>
      <InvitationLink invitation={invitation} onClose={() => setInvitation(null)} />
    </>
  );
}
