import { InboxOutlined } from '@ant-design/icons';
import { Alert, Progress, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../i18n/index.ts';
import { sendFile } from '../lib/send-file.ts';

import styles from './file-drop.module.css';

interface FileDropProps {
  readonly title: string;
  readonly hint: string;
  /** File name endings, e.g. `.csv,.txt`. */
  readonly accept: string;
  /** Where the file goes, as the only part of a multipart form. */
  readonly address: string;
  /** Other fields of the form, sent before the file. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly onDone: (answer: unknown) => void;
}

/** Takes one file by drop or choice and sends it with its progress shown; large files are never held in memory. */
export function FileDrop({ title, hint, accept, address, fields, onDone }: FileDropProps) {
  const { t } = useTranslation();
  const [sent, setSent] = useState<number | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const start = async (file: File) => {
    setFailure(null);
    setSent(0);
    try {
      onDone(await sendFile({ address, file, fields: fields ?? {}, onProgress: setSent }));
    } catch (error) {
      setFailure(error);
    } finally {
      setSent(null);
    }
  };
  return (
    <div className={styles['drop']}>
      {failure === null ? null : <Alert type="error" showIcon title={errorText(failure)} />}
      <Upload.Dragger
        accept={accept}
        multiple={false}
        showUploadList={false}
        disabled={sent !== null}
        beforeUpload={(file) => {
          void start(file);
          return false;
        }}
      >
        <div className={styles['inside']}>
          <InboxOutlined className={styles['icon']} aria-hidden />
          <strong>{title}</strong>
          <span className={styles['hint']}>{hint}</span>
          {sent === null ? null : (
            <Progress
              percent={Math.round(sent * 100)}
              aria-label={t('files.sending')}
              className={styles['progress'] ?? ''}
            />
          )}
        </div>
      </Upload.Dragger>
    </div>
  );
}
