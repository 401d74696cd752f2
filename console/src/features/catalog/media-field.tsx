import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { uploadImage } from '@shuke/server/contracts/catalog';
import { Alert, Button, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { sendFile } from '../../lib/send-file.ts';
import type { ProductContent } from './product-page.tsx';
import { ProductPicture } from './product-picture.tsx';

import styles from './catalog.module.css';

type Media = NonNullable<ProductContent['media']>;

/** Uploads one picture and answers its file id. */
export async function uploadPicture(file: File): Promise<string> {
  const answer = (await sendFile({ address: uploadImage.path, file })) as Reply<typeof uploadImage>;
  return answer.fileId;
}

interface MediaFieldProps {
  readonly media: Media;
  readonly disabled: boolean;
  readonly onChange: (media: Media) => void;
  /** While a picture is on its way the product must not be saved without it. */
  readonly onSending: (sending: boolean) => void;
}

/** The pictures of a product; the first is its face. */
export function MediaField({ media, disabled, onChange, onSending }: MediaFieldProps) {
  const { t } = useTranslation('catalog');
  const [failure, setFailure] = useState<unknown>(null);
  const [sending, setSending] = useState(false);
  const tell = (isSending: boolean) => {
    setSending(isSending);
    onSending(isSending);
  };
  const add = async (file: File) => {
    tell(true);
    setFailure(null);
    try {
      onChange([...media, { fileId: await uploadPicture(file), kind: 'image' }]);
    } catch (error) {
      setFailure(error);
    } finally {
      tell(false);
    }
  };
  return (
    <>
      {failure === null ? null : (
        <Alert style={{ marginBottom: 12 }} type="error" showIcon title={errorText(failure)} />
      )}
      <div className={styles['media']}>
        {media.map(({ fileId }) => (
          <span key={fileId} className={styles['shot']}>
            <ProductPicture fileId={fileId} sizePx={96} />
            {disabled ? null : (
              <Button
                size="small"
                icon={<DeleteOutlined />}
                aria-label={t('remove')}
                onClick={() => onChange(media.filter((one) => one.fileId !== fileId))}
              />
            )}
          </span>
        ))}
        {disabled || media.length >= 20 ? null : (
          <Upload
            accept="image/*"
            showUploadList={false}
            beforeUpload={(file) => {
              void add(file);
              return false;
            }}
          >
            <Button icon={<PlusOutlined />} loading={sending} style={{ height: 96 }}>
              {t('product.addPicture')}
            </Button>
          </Upload>
        )}
      </div>
    </>
  );
}
