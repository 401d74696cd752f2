import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  DeleteOutlined,
  FileTextOutlined,
  PictureOutlined,
} from '@ant-design/icons';
import { Button, Input, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import { uploadPicture } from './media-field.tsx';
import type { ProductContent } from './product-page.tsx';
import { ProductPicture } from './product-picture.tsx';

import styles from './catalog.module.css';

type Blocks = NonNullable<ProductContent['details']>;

interface DetailBlocksProps {
  readonly blocks: Blocks;
  readonly disabled: boolean;
  readonly onChange: (blocks: Blocks) => void;
}

/** The long page of a product: texts and pictures in order. */
export function DetailBlocks({ blocks, disabled, onChange }: DetailBlocksProps) {
  const { t } = useTranslation('catalog');
  const [failure, setFailure] = useState<unknown>(null);
  const swap = (index: number, other: number) => {
    const next = [...blocks];
    const [one, two] = [next[index], next[other]];
    if (one === undefined || two === undefined) return;
    next[index] = two;
    next[other] = one;
    onChange(next);
  };
  const addPicture = async (file: File) => {
    setFailure(null);
    try {
      onChange([...blocks, { type: 'image', fileId: await uploadPicture(file) }]);
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <>
      {blocks.map((block, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- blocks have no identity but their place
        <div key={index} className={styles['block']}>
          <div className={styles['grow']}>
            {block.type === 'image' ? (
              <ProductPicture fileId={block.fileId} sizePx={120} />
            ) : (
              <Input.TextArea
                disabled={disabled}
                autoSize={{ minRows: 2, maxRows: 12 }}
                maxLength={20_000}
                aria-label={t('product.text')}
                value={block.text}
                onChange={(event) =>
                  onChange(blocks.map((one, at) => (at === index ? { type: 'text', text: event.target.value } : one)))
                }
              />
            )}
          </div>
          {disabled ? null : (
            <span>
              <Button
                type="text"
                icon={<ArrowUpOutlined />}
                aria-label={t('product.moveUp')}
                disabled={index === 0}
                onClick={() => swap(index, index - 1)}
              />
              <Button
                type="text"
                icon={<ArrowDownOutlined />}
                aria-label={t('product.moveDown')}
                disabled={index === blocks.length - 1}
                onClick={() => swap(index, index + 1)}
              />
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('remove')}
                onClick={() => onChange(blocks.filter((_one, at) => at !== index))}
              />
            </span>
          )}
        </div>
      ))}
      {failure === null ? null : <p role="alert">{errorText(failure)}</p>}
      {disabled ? null : (
        <div style={{ display: 'flex', gap: 8 }}>
          <Button icon={<FileTextOutlined />} onClick={() => onChange([...blocks, { type: 'text', text: '' }])}>
            {t('product.addText')}
          </Button>
          <Upload
            accept="image/*"
            showUploadList={false}
            beforeUpload={(file) => {
              void addPicture(file);
              return false;
            }}
          >
            <Button icon={<PictureOutlined />}>{t('product.addPicture')}</Button>
          </Upload>
        </div>
      )}
    </>
  );
}
