import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import type { ContentEditorProps } from './tiers-editor.tsx';
import type { Content } from './use-programme.ts';

import styles from './loyalty.module.css';

type Benefit = Content['benefits'][number];

const kinds = [
  'price',
  'free_shipping',
  'birthday_gift',
  'dedicated_service',
  'early_access',
  'service_voucher',
  'gift',
  'event',
] as const;

/** What members of which tiers are entitled to. */
export function BenefitsEditor({ content, disabled, onChange }: ContentEditorProps) {
  const { t } = useTranslation('loyalty');
  const set = (benefits: readonly Benefit[]) => onChange({ ...content, benefits: [...benefits] });
  const change = (index: number, next: Partial<Benefit>) =>
    set(content.benefits.map((benefit, at) => (at === index ? { ...benefit, ...next } : benefit)));
  return (
    <div className={styles['stack']}>
      {content.benefits.map((benefit, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a code being typed must not remount its field
        <div key={index} className={styles['benefit']}>
          <Input
            disabled={disabled}
            aria-label={t('benefit.name')}
            placeholder={t('benefit.name')}
            maxLength={40}
            value={benefit.name}
            onChange={(event) => change(index, { name: event.target.value })}
          />
          <Input
            disabled={disabled}
            aria-label={t('benefit.code')}
            placeholder={t('benefit.code')}
            maxLength={40}
            value={benefit.code}
            onChange={(event) => change(index, { code: event.target.value })}
          />
          <Select
            disabled={disabled}
            aria-label={t('benefit.kind')}
            value={benefit.kind}
            options={kinds.map((value) => ({ value, label: t(`benefitKinds.${value}`) }))}
            onChange={(kind) => change(index, { kind })}
          />
          <Select
            mode="multiple"
            disabled={disabled}
            aria-label={t('benefit.tiers')}
            placeholder={t('benefit.tiers')}
            value={[...benefit.tiers]}
            options={content.tiers.map(({ code, name }) => ({ value: code, label: name }))}
            onChange={(tiers: string[]) => change(index, { tiers })}
          />
          {disabled ? null : (
            <Button
              type="text"
              danger
              icon={<DeleteOutlined />}
              aria-label={t('remove')}
              onClick={() => set(content.benefits.filter((_one, at) => at !== index))}
            />
          )}
        </div>
      ))}
      {disabled || content.benefits.length >= 60 ? null : (
        <Button
          type="dashed"
          icon={<PlusOutlined />}
          onClick={() =>
            set([
              ...content.benefits,
              { code: `benefit-${content.benefits.length + 1}`, name: '', kind: 'gift', tiers: [], unlock: null },
            ])
          }
        >
          {t('benefit.add')}
        </Button>
      )}
    </div>
  );
}
