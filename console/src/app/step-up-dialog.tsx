import { confirmIdentity } from '@shuke/server/contracts/org';
import { Alert, Form, Input, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../i18n/index.ts';
import { useWrite } from '../lib/query.ts';
import { useSession } from '../lib/session.ts';
import { stepUp } from '../lib/step-up.ts';

interface Proof {
  readonly password: string;
  readonly code?: string;
}

/** Asks who sits there before a sensitive act, and lets the act go on. */
export function StepUpDialog() {
  const { t } = useTranslation();
  const { secondFactor } = useSession();
  const [form] = Form.useForm<Proof>();
  const [waiting, setWaiting] = useState<((proved: boolean) => void) | null>(null);
  const answer = (proved: boolean) => {
    waiting?.(proved);
    setWaiting(null);
    proof.reset();
  };
  const proof = useWrite(confirmIdentity, { onDone: () => answer(true) });
  useEffect(() => {
    stepUp.ask = () =>
      new Promise((resolve) => {
        setWaiting(() => resolve);
      });
    return () => {
      stepUp.ask = null;
    };
  }, []);
  const required = [{ required: true, message: t('signIn.required') }];
  return (
    <Modal
      title={t('stepUp.title')}
      open={waiting !== null}
      zIndex={1_200}
      width={400}
      okText={t('stepUp.confirm')}
      confirmLoading={proof.isPending}
      onOk={() => form.submit()}
      onCancel={() => answer(false)}
      destroyOnHidden
    >
      <p style={{ marginBottom: 16 }}>{t('stepUp.why')}</p>
      {proof.error === null ? null : (
        <Alert style={{ marginBottom: 16 }} type="error" showIcon title={errorText(proof.error)} />
      )}
      <Form<Proof>
        form={form}
        layout="vertical"
        requiredMark={false}
        preserve={false}
        onFinish={({ password, code }) => proof.mutate({ body: { password, ...(code ? { code } : {}) } })}
      >
        <Form.Item name="password" label={t('signIn.password')} rules={required}>
          <Input.Password autoFocus autoComplete="current-password" />
        </Form.Item>
        {secondFactor ? (
          <Form.Item name="code" label={t('signIn.code')} rules={required}>
            <Input inputMode="numeric" autoComplete="one-time-code" />
          </Form.Item>
        ) : null}
      </Form>
    </Modal>
  );
}
