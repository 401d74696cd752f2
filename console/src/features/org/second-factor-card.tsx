import { beginTotp, currentSession, finishTotp, removeTotp } from '@shuke/server/contracts/org';
import { Alert, Button, Input, QRCode } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import { useWrite } from '../../lib/query.ts';
import { useSession } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { CopyText } from '../../ui/copy-text.tsx';
import { Card } from '../../ui/page.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';

import styles from './account-page.module.css';

/** Turns the second factor on or off; recovery codes are shown once. */
export function SecondFactorCard() {
  const { t } = useTranslation('org');
  const { secondFactor } = useSession();
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[]>([]);
  const remove = useWrite(removeTotp, { refreshes: [currentSession] });
  return (
    <Card
      title={t('secondFactor.title')}
      hint={t('secondFactor.hint')}
      extra={
        <StatusTag tone={secondFactor ? 'good' : 'warn'}>
          {t(secondFactor ? 'secondFactor.on' : 'secondFactor.off')}
        </StatusTag>
      }
    >
      {recoveryCodes.length > 0 ? (
        <RecoveryCodes codes={recoveryCodes} onDone={() => setRecoveryCodes([])} />
      ) : secondFactor ? (
        <ConfirmAction
          danger
          label={t('secondFactor.turnOff')}
          title={t('secondFactor.turnOff')}
          consequence={t('secondFactor.turnOffConsequence')}
          confirmLabel={t('secondFactor.turnOff')}
          run={() => remove.mutateAsync({})}
        />
      ) : (
        <SetUp onFinished={setRecoveryCodes} />
      )}
    </Card>
  );
}

function SetUp({ onFinished }: { readonly onFinished: (codes: readonly string[]) => void }) {
  const { t } = useTranslation('org');
  const [code, setCode] = useState('');
  const begin = useWrite(beginTotp);
  const finish = useWrite(finishTotp, {
    refreshes: [currentSession],
    onDone: (reply) => onFinished(reply.recoveryCodes),
  });
  const failure = finish.error ?? begin.error;
  return (
    <div className={styles['setup']}>
      {failure === null ? null : <Alert type="error" showIcon title={errorText(failure)} />}
      {begin.data === undefined ? (
        <Button type="primary" loading={begin.isPending} onClick={() => begin.mutate({})}>
          {t('secondFactor.turnOn')}
        </Button>
      ) : (
        <>
          <p>{t('secondFactor.scan')}</p>
          <QRCode value={begin.data.uri} size={176} />
          <CopyText text={begin.data.secret} />
          <form
            style={{ display: 'flex', gap: 8 }}
            onSubmit={(event) => {
              event.preventDefault();
              finish.mutate({ body: { code } });
            }}
          >
            <Input
              aria-label={t('secondFactor.code')}
              placeholder={t('secondFactor.code')}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              value={code}
              onChange={(event) => setCode(event.target.value.replaceAll(/\D/g, ''))}
            />
            <Button type="primary" htmlType="submit" disabled={code.length !== 6} loading={finish.isPending}>
              {t('secondFactor.confirm')}
            </Button>
          </form>
        </>
      )}
    </div>
  );
}

function RecoveryCodes({ codes, onDone }: { readonly codes: readonly string[]; readonly onDone: () => void }) {
  const { t } = useTranslation('org');
  return (
    <div className={styles['setup']}>
      <Alert
        type="warning"
        showIcon
        title={t('secondFactor.recoveryTitle')}
        description={t('secondFactor.recoveryHint')}
      />
      <ul className={styles['codes']}>
        {codes.map((code) => (
          <li key={code} className="mono">
            {code}
          </li>
        ))}
      </ul>
      <CopyText text={codes.join('\n')} shown={t('secondFactor.copyAll')} />
      <Button type="primary" onClick={onDone}>
        {t('secondFactor.kept')}
      </Button>
    </div>
  );
}
