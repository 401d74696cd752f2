import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import styles from './copy-text.module.css';

interface CopyTextProps {
  readonly text: string;
  /** What stands on screen when it is not the text itself. */
  readonly shown?: string;
}

/** A code or key with a button that copies it. */
export function CopyText({ text, shown }: CopyTextProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <span className={styles['copy']}>
      <span className="mono">{shown ?? text}</span>
      <Tooltip title={t(copied ? 'copy.copied' : 'copy.copy')}>
        <Button
          type="text"
          size="small"
          aria-label={t(copied ? 'copy.copied' : 'copy.copy')}
          icon={copied ? <CheckOutlined /> : <CopyOutlined />}
          onClick={() => void copy()}
        />
      </Tooltip>
    </span>
  );
}
