import { acceptInvitation } from '@shuke/server/contracts/org';
import { Alert, Button, Form, Input, Result } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import { useWrite } from '../../lib/query.ts';
import { SignInFrame } from './sign-in-frame.tsx';

import styles from './sign-in.module.css';

interface PasswordValues {
  readonly password: string;
  readonly again: string;
}

/** Where an invitation link leads: the person chooses their password. */
export function InvitationPage() {
  const { t } = useTranslation();
  const [form] = Form.useForm<PasswordValues>();
  // The secret stands after # so that it reaches no server log; it is read once and taken out of the address.
  const [token] = useState(() => window.location.hash.slice(1));
  const accept = useWrite(acceptInvitation, {
    onDone: () => window.history.replaceState(null, '', window.location.pathname),
  });
  if (accept.isSuccess) {
    return (
      <SignInFrame title={t('invitation.title')} purpose={t('invitation.purpose')}>
        <Result
          status="success"
          title={t('invitation.done')}
          extra={
            <Button type="primary" href="/console/">
              {t('signIn.submit')}
            </Button>
          }
        />
      </SignInFrame>
    );
  }
  return (
    <SignInFrame title={t('invitation.title')} purpose={t('invitation.purpose')}>
      {token === '' ? (
        <Alert className={styles['alert'] ?? ''} type="warning" showIcon title={t('invitation.incomplete')} />
      ) : null}
      {accept.error === null ? null : (
        <Alert className={styles['alert'] ?? ''} type="error" showIcon title={errorText(accept.error)} />
      )}
      <Form<PasswordValues>
        form={form}
        layout="vertical"
        size="large"
        requiredMark={false}
        onFinish={({ password }) => accept.mutate({ body: { token, password } })}
      >
        <Form.Item
          name="password"
          label={t('invitation.password')}
          extra={t('invitation.rule')}
          rules={[{ required: true, min: 12, message: t('invitation.rule') }]}
        >
          <Input.Password autoFocus autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t('invitation.again')}
          dependencies={['password']}
          rules={[
            {
              validator: (_rule, value: string | undefined) =>
                value === form.getFieldValue('password')
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('invitation.differ'))),
            },
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block disabled={token === ''} loading={accept.isPending}>
          {t('invitation.submit')}
        </Button>
      </Form>
    </SignInFrame>
  );
}
