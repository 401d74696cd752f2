import { Alert, Button, Input, Modal } from 'antd';
import type { ButtonProps } from 'antd';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../i18n/index.ts';

import styles from './confirm-action.module.css';

interface ConfirmActionProps {
  /** The button that asks. */
  readonly label: ReactNode;
  readonly title: string;
  /** What will happen, in figures where there are some ("issue to 12,480 people, budget ¥62,400"). */
  readonly consequence: ReactNode;
  readonly confirmLabel: string;
  readonly danger?: boolean;
  /** A reason is asked for and passed on (audit). */
  readonly reason?: { readonly label: string; readonly minLength?: number };
  /** A word to type before the button works, for what cannot be undone. */
  readonly typed?: string;
  readonly button?: ButtonProps;
  readonly run: (reason: string) => Promise<unknown>;
}

/** Asks before acting and states the consequence; stays open with the error when the act is refused. */
export function ConfirmAction(props: ConfirmActionProps) {
  const { label, title, consequence, confirmLabel, danger = false, reason, typed, button, run } = props;
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [word, setWord] = useState('');
  const [failure, setFailure] = useState<unknown>(null);
  const [running, setRunning] = useState(false);
  const ready =
    (reason === undefined || text.trim().length >= (reason.minLength ?? 2)) && (typed === undefined || word === typed);
  const close = () => {
    setOpen(false);
    setText('');
    setWord('');
    setFailure(null);
  };
  const confirm = async () => {
    setRunning(true);
    try {
      await run(text.trim());
      close();
    } catch (error) {
      setFailure(error);
    } finally {
      setRunning(false);
    }
  };
  return (
    <>
      <Button danger={danger} {...button} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Modal
        title={title}
        open={open}
        okText={confirmLabel}
        okButtonProps={{ danger, disabled: !ready }}
        confirmLoading={running}
        onOk={() => void confirm()}
        onCancel={close}
        destroyOnHidden
        width={480}
      >
        <div className={styles['body']}>
          <div className={styles['consequence']}>{consequence}</div>
          {reason === undefined ? null : (
            <label className={styles['field']}>
              <span>{reason.label}</span>
              <Input.TextArea
                autoFocus
                rows={2}
                maxLength={200}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            </label>
          )}
          {typed === undefined ? null : (
            <label className={styles['field']}>
              <span>{t('confirm.type', { word: typed })}</span>
              <Input value={word} onChange={(event) => setWord(event.target.value)} />
            </label>
          )}
          {failure === null ? null : <Alert type="error" showIcon title={errorText(failure)} />}
        </div>
      </Modal>
    </>
  );
}
