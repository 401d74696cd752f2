import { Button, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import { useCan } from '../../lib/session.ts';
import { uploadPicture } from '../catalog/media-field.tsx';
import { ProductPicture } from '../catalog/product-picture.tsx';

import styles from './shop.module.css';

interface PictureInputProps {
  readonly label: string;
  readonly fileId: string | null;
  readonly disabled: boolean;
  readonly onChange: (fileId: string) => void;
  /** Absent where a picture is needed. */
  readonly onRemove?: () => void;
}

/** One picture: shown, replaced, taken away. */
export function PictureInput({ label, fileId, disabled, onChange, onRemove }: PictureInputProps) {
  const { t } = useTranslation('shop');
  const may = useCan('catalog.write');
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const send = async (file: File) => {
    setSending(true);
    setFailure(null);
    try {
      onChange(await uploadPicture(file));
    } catch (error) {
      setFailure(error);
    } finally {
      setSending(false);
    }
  };
  const off = disabled || !may;
  return (
    <div className={styles['picture']}>
      <ProductPicture fileId={fileId} sizePx={56} />
      <Upload
        accept="image/*"
        showUploadList={false}
        disabled={off}
        beforeUpload={(file) => {
          void send(file);
          return false;
        }}
      >
        <Button disabled={off} loading={sending} aria-label={`${label}: ${t('picture.choose')}`}>
          {t('picture.choose')}
        </Button>
      </Upload>
      {fileId === null || onRemove === undefined ? null : (
        <Button type="text" disabled={disabled} aria-label={`${label}: ${t('remove')}`} onClick={onRemove}>
          {t('remove')}
        </Button>
      )}
      {failure === null ? null : (
        <span role="alert" className={styles['problem']}>
          {errorText(failure)}
        </span>
      )}
      {may || disabled ? null : <span className={styles['hint']}>{t('picture.needsCatalog')}</span>}
    </div>
  );
}
