import { currentSession, signIn } from '@shuke/server/contracts/org';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import { queryKeyOf, useWrite } from '../../lib/query.ts';
import { SignInFrame } from './sign-in-frame.tsx';

import styles from './sign-in.module.css';

interface Credentials {
  readonly login: string;
  readonly password: string;
}

/** Sign-in: password, then the second factor when the account has one. */
export function SignInPage() {
  const client = useQueryClient();
  const [waiting, setWaiting] = useState<Credentials | null>(null);
  const attempt = useWrite(signIn, {
    onDone: (reply, input) => {
      if (reply.status === 'code_required') setWaiting(input.body);
      else void client.resetQueries({ queryKey: queryKeyOf(currentSession) });
    },
  });
  const restart = () => {
    attempt.reset();
    setWaiting(null);
  };
  return waiting === null ? (
    <PasswordStep busy={attempt.isPending} error={attempt.error} submit={(body) => attempt.mutate({ body })} />
  ) : (
    <CodeStep
      busy={attempt.isPending}
      error={attempt.error}
      submit={(code) => attempt.mutate({ body: { ...waiting, code } })}
      back={restart}
    />
  );
}

interface StepProps {
  readonly busy: boolean;
  readonly error: Error | null;
}

function PasswordStep({ busy, error, submit }: StepProps & { readonly submit: (credentials: Credentials) => void }) {
  const { t } = useTranslation();
  const required = [{ required: true, message: t('signIn.required') }];
  return (
    <SignInFrame title={t('signIn.title')} purpose={t('signIn.purpose')}>
      {error === null ? null : (
        <Alert className={styles['alert'] ?? ''} type="error" showIcon title={errorText(error)} />
      )}
      <Form<Credentials> layout="vertical" size="large" requiredMark={false} onFinish={submit}>
        <Form.Item name="login" label={t('signIn.login')} rules={required}>
          <Input autoFocus autoComplete="username" placeholder={t('signIn.loginPlaceholder')} />
        </Form.Item>
        <Form.Item name="password" label={t('signIn.password')} rules={required}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t('signIn.submit')}
        </Button>
      </Form>
    </SignInFrame>
  );
}

interface CodeStepProps extends StepProps {
  readonly submit: (code: string) => void;
  readonly back: () => void;
}

function CodeStep({ busy, error, submit, back }: CodeStepProps) {
  const { t } = useTranslation();
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState('');
  return (
    <SignInFrame title={t('signIn.codeTitle')} purpose={t(recovery ? 'signIn.recoveryPurpose' : 'signIn.codePurpose')}>
      {error === null ? null : (
        <Alert className={styles['alert'] ?? ''} type="error" showIcon title={errorText(error)} />
      )}
      <Form layout="vertical" size="large" onFinish={() => submit(code.trim())}>
        <Form.Item label={t(recovery ? 'signIn.recoveryCode' : 'signIn.code')} htmlFor="second-factor">
          {recovery ? (
            <Input id="second-factor" autoFocus value={code} onChange={(event) => setCode(event.target.value)} />
          ) : (
            <Input
              id="second-factor"
              autoFocus
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              value={code}
              onChange={(event) => {
                const digits = event.target.value.replaceAll(/\D/g, '');
                setCode(digits);
                if (digits.length === 6) submit(digits);
              }}
            />
          )}
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy} disabled={code.trim().length < 6}>
          {t('signIn.verify')}
        </Button>
      </Form>
      <div className={styles['below']}>
        <Button type="link" size="small" onClick={back}>
          {t('signIn.back')}
        </Button>
        <Button
          type="link"
          size="small"
          onClick={() => {
            setCode('');
            setRecovery(!recovery);
          }}
        >
          {t(recovery ? 'signIn.useCode' : 'signIn.useRecovery')}
        </Button>
      </div>
    </SignInFrame>
  );
}
