import { EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons';
import { Alert, Button, Input, Modal, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../i18n/index.ts';
import { useCan } from '../lib/session.ts';

import styles from './reveal.module.css';

interface RevealProps {
  /** What is shown to everybody: 138****5678. */
  readonly masked: string | null;
  readonly label: string;
  readonly permission?: string;
  /** Fetches the value in plain text; the reason is audited. */
  readonly run: (reason: string) => Promise<string>;
}

/** A personal value, masked; who may see it gives a reason, and it is hidden again when the page is left. */
export function Reveal({ masked, label, permission = 'customers.reveal', run }: RevealProps) {
  const { t } = useTranslation();
  const may = useCan(permission);
  const [plain, setPlain] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  if (masked === null || masked === '') return <span className={styles['none']}>—</span>;
  if (!may) return <span>{masked}</span>;
  return (
    <span className={styles['value']}>
      <span>{plain ?? masked}</span>
      <Tooltip title={t(plain === null ? 'reveal.show' : 'reveal.hide', { label })}>
        <Button
          type="text"
          size="small"
          icon={plain === null ? <EyeOutlined /> : <EyeInvisibleOutlined />}
          aria-label={t(plain === null ? 'reveal.show' : 'reveal.hide', { label })}
          onClick={() => (plain === null ? setAsking(true) : setPlain(null))}
        />
      </Tooltip>
      <AskReason
        label={label}
        open={asking}
        onClose={() => setAsking(false)}
        run={async (reason) => setPlain(await run(reason))}
      />
    </span>
  );
}

interface AskReasonProps {
  readonly label: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly run: (reason: string) => Promise<void>;
}

function AskReason({ label, open, onClose, run }: AskReasonProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [failure, setFailure] = useState<unknown>(null);
  const [running, setRunning] = useState(false);
  const close = () => {
    setReason('');
    setFailure(null);
    onClose();
  };
  const show = async () => {
    setRunning(true);
    try {
      await run(reason.trim());
      close();
    } catch (error) {
      setFailure(error);
    } finally {
      setRunning(false);
    }
  };
  return (
    <Modal
      title={t('reveal.title', { label })}
      open={open}
      width={440}
      okText={t('reveal.confirm')}
      okButtonProps={{ disabled: reason.trim().length < 4 }}
      confirmLoading={running}
      onOk={() => void show()}
      onCancel={close}
      destroyOnHidden
    >
      <p className={styles['why']}>{t('reveal.why')}</p>
      <Input
        autoFocus
        maxLength={200}
        aria-label={t('reveal.reason')}
        placeholder={t('reveal.reason')}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        onPressEnter={() => {
          if (reason.trim().length >= 4) void show();
        }}
      />
      {failure === null ? null : <Alert style={{ marginTop: 12 }} type="error" showIcon title={errorText(failure)} />}
    </Modal>
  );
}
