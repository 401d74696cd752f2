import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { listCategories } from '@shuke/server/contracts/catalog';
import { Button, DatePicker, InputNumber, Select, Switch, TreeSelect } from 'antd';
import dayjs from 'dayjs';
import type { Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';

import { formatInstant } from '../../lib/format.ts';
import { localInstant } from '../../lib/local-day.ts';
import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { FenInput } from '../../ui/fen-input.tsx';
import { categoryChoices } from '../catalog/category-tree.ts';
import { Field } from './field.tsx';
import { ProductPicker } from './product-picker.tsx';
import type { PromotionContent, PromotionProblem } from './promotion-text.ts';

import styles from './shop.module.css';

interface FieldsProps {
  readonly content: PromotionContent;
  readonly problems: readonly PromotionProblem[];
  readonly disabled: boolean;
  readonly onChange: (content: PromotionContent) => void;
}

/** Steps, goods, period, and what may stand beside the promotion. */
export function PromotionFields({ content, problems, disabled, onChange }: FieldsProps) {
  const { t } = useTranslation('shop');
  return (
    <>
      <Steps content={content} problems={problems} disabled={disabled} onChange={onChange} />
      <Field
        label={t('promotion.repeats')}
        hint={t('promotion.repeatsHint')}
        problem={problems.includes('repeats') ? t('promotionProblems.repeats') : undefined}
      >
        <span>
          <Switch
            aria-label={t('promotion.repeats')}
            disabled={disabled}
            checked={content.repeats}
            onChange={(repeats) => onChange({ ...content, repeats })}
          />
        </span>
      </Field>
      <Scope content={content} problems={problems} disabled={disabled} onChange={onChange} />
      <Period content={content} problems={problems} disabled={disabled} onChange={onChange} />
      <Field label={t('promotion.coupons')} hint={t('promotion.couponsHint')}>
        <span>
          <Switch
            aria-label={t('promotion.coupons')}
            disabled={disabled}
            checked={content.stacksWithCoupons}
            onChange={(stacksWithCoupons) => onChange({ ...content, stacksWithCoupons })}
          />
        </span>
      </Field>
    </>
  );
}

type Step = PromotionContent['steps'][number];

function Steps({ content, problems, disabled, onChange }: FieldsProps) {
  const { t } = useTranslation('shop');
  const { steps } = content;
  const change = (index: number, step: Partial<Step>) =>
    onChange({ ...content, steps: steps.map((one, place) => (place === index ? { ...one, ...step } : one)) });
  const add = () => {
    const last = steps.at(-1) ?? { thresholdFen: 0, offFen: 1_000, offBps: null };
    onChange({ ...content, repeats: false, steps: [...steps, { ...last, thresholdFen: last.thresholdFen + 10_000 }] });
  };
  const problem = problems.find((one) => one === 'amounts' || one === 'tooMuch');
  return (
    <Field
      label={t('promotion.steps')}
      hint={t('promotion.stepsHint')}
      problem={problem === undefined ? undefined : t(`promotionProblems.${problem}`)}
    >
      {steps.map((step, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a step has no identity but its place
        <div key={index} className={styles['step']}>
          <span className={styles['label']}>{t('promotion.from')}</span>
          <FenInput
            label={t('promotion.threshold', { place: index + 1 })}
            disabled={disabled}
            min={1}
            value={step.thresholdFen}
            onChange={(thresholdFen) => change(index, { thresholdFen: thresholdFen ?? 0 })}
          />
          <Select<'amount' | 'share'>
            aria-label={t('promotion.kind', { place: index + 1 })}
            disabled={disabled}
            value={step.offBps === null ? 'amount' : 'share'}
            options={(['amount', 'share'] as const).map((value) => ({ value, label: t(`promotionKinds.${value}`) }))}
            onChange={(kind) =>
              change(index, kind === 'amount' ? { offFen: 1_000, offBps: null } : { offFen: null, offBps: 1_000 })
            }
          />
          {step.offBps === null ? (
            <FenInput
              label={t('promotion.off', { place: index + 1 })}
              disabled={disabled}
              value={step.offFen}
              onChange={(offFen) => change(index, { offFen })}
            />
          ) : (
            <InputNumber<number>
              aria-label={t('promotion.off', { place: index + 1 })}
              disabled={disabled}
              min={0.01}
              max={99.99}
              precision={2}
              suffix="%"
              value={step.offBps / 100}
              onChange={(percent) => {
                if (percent !== null) change(index, { offBps: Math.round(percent * 100) });
              }}
            />
          )}
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('promotion.removeStep', { place: index + 1 })}
            disabled={disabled || steps.length === 1}
            onClick={() => onChange({ ...content, steps: steps.toSpliced(index, 1) })}
          />
        </div>
      ))}
      {disabled ? null : (
        <Button
          type="dashed"
          icon={<PlusOutlined />}
          style={{ justifySelf: 'start' }}
          disabled={steps.length >= 5}
          onClick={add}
        >
          {t('promotion.addStep')}
        </Button>
      )}
    </Field>
  );
}

function Scope({ content, disabled, onChange }: FieldsProps) {
  const { t } = useTranslation('shop');
  const enabled = useCan('catalog.read');
  const categories = useRead(listCategories, {}, { enabled, staleMs: 300_000 });
  const all = content.categoryIds.length === 0 && content.productIds.length === 0;
  return (
    <>
      <Field label={t('promotion.categories')} hint={t('promotion.categoriesHint')}>
        <TreeSelect
          aria-label={t('promotion.categories')}
          style={{ width: '100%' }}
          disabled={disabled || !enabled}
          multiple
          treeCheckable
          // A promotion is about a product's own category only, so that those below are named, too.
          showCheckedStrategy={TreeSelect.SHOW_ALL}
          treeDefaultExpandAll
          placeholder={t(all ? 'promotion.everything' : 'promotion.noCategories')}
          treeData={categoryChoices(categories.data?.items ?? [])}
          value={content.categoryIds}
          onChange={(categoryIds: string[]) => onChange({ ...content, categoryIds: categoryIds.slice(0, 50) })}
        />
      </Field>
      <Field label={t('promotion.products')} hint={t('promotion.productsHint')}>
        <ProductPicker
          label={t('promotion.products')}
          placeholder={t(all ? 'promotion.everything' : 'promotion.noProducts')}
          most={500}
          disabled={disabled}
          value={content.productIds}
          onChange={(productIds) => onChange({ ...content, productIds })}
        />
      </Field>
    </>
  );
}

function Period({ content, problems, disabled, onChange }: FieldsProps) {
  const { t } = useTranslation('shop');
  const zone = useTimeZone();
  // The picker shows the brand's clock, wherever the reader sits.
  const wall = (at: string) => dayjs(formatInstant(at, 'second', zone));
  const instant = (shown: Dayjs) => localInstant(shown.format('YYYY-MM-DDTHH:mm:ss'), zone);
  return (
    <Field
      label={t('promotion.period')}
      hint={t('promotion.periodHint', { zone })}
      problem={problems.includes('endsAt') ? t('promotionProblems.endsAt') : undefined}
    >
      <div className={styles['pair']} style={{ rowGap: 8 }}>
        {(['startsAt', 'endsAt'] as const).map((name) => (
          <DatePicker
            key={name}
            aria-label={t(`promotion.${name}`)}
            showTime={{ format: 'HH:mm' }}
            format="YYYY-MM-DD HH:mm"
            allowClear={false}
            needConfirm={false}
            disabled={disabled}
            value={wall(content[name])}
            onChange={(shown: Dayjs | null) => {
              if (shown !== null) onChange({ ...content, [name]: instant(shown) });
            }}
          />
        ))}
      </div>
    </Field>
  );
}
