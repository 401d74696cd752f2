import { PlusOutlined } from '@ant-design/icons';
import { listCategories } from '@shuke/server/contracts/catalog';
import { listTemplates } from '@shuke/server/contracts/coupons';
import { Button, Input, InputNumber, Select, TreeSelect } from 'antd';
import { useTranslation } from 'react-i18next';

import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { categoryChoices } from '../catalog/category-tree.ts';
import { Field, LabelledField } from './field.tsx';
import { LinkInput } from './link-input.tsx';
import { PictureInput } from './picture-input.tsx';
import { ProductPicker } from './product-picker.tsx';
import type { Block } from './settings-changes.ts';

import styles from './shop.module.css';

interface FieldsOf<B extends Block> {
  readonly block: B;
  readonly disabled: boolean;
  readonly onChange: (block: Block) => void;
}
type Of<Kind extends Block['kind']> = FieldsOf<Extract<Block, { kind: Kind }>>;

/** What can be set about a block of the home page. */
export function BlockFields({ block, disabled, onChange }: FieldsOf<Block>) {
  const { t } = useTranslation('shop');
  return (
    <>
      <LabelledField label={t('block.title')} hint={t(`blockHints.${block.kind}`)}>
        <Input
          disabled={disabled}
          maxLength={40}
          value={block.title}
          onChange={(event) => onChange({ ...block, title: event.target.value })}
        />
      </LabelledField>
      {block.kind === 'banner' ? <BannerFields block={block} disabled={disabled} onChange={onChange} /> : null}
      {block.kind === 'product_grid' ? <GridFields block={block} disabled={disabled} onChange={onChange} /> : null}
      {block.kind === 'text' || block.kind === 'new_customer_gift' ? (
        <LabelledField label={t('block.body')}>
          <Input.TextArea
            disabled={disabled}
            autoSize={{ minRows: 2, maxRows: 8 }}
            maxLength={block.kind === 'text' ? 500 : 200}
            value={block.body}
            onChange={(event) => onChange({ ...block, body: event.target.value })}
          />
        </LabelledField>
      ) : null}
      {block.kind === 'coupon_strip' || block.kind === 'new_customer_gift' ? (
        <CouponChoice block={block} disabled={disabled} onChange={onChange} />
      ) : null}
      {'link' in block ? (
        <LinkInput value={block.link} disabled={disabled} onChange={(link) => onChange({ ...block, link })} />
      ) : null}
    </>
  );
}

function BannerFields({ block, disabled, onChange }: Of<'banner'>) {
  const { t } = useTranslation('shop');
  const { slides } = block;
  const change = (index: number, slide: Partial<(typeof slides)[number]>) =>
    onChange({ ...block, slides: slides.map((one, place) => (place === index ? { ...one, ...slide } : one)) });
  return (
    <>
      {slides.map((slide, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a slide has no identity but its place
        <fieldset key={index} className={styles['slide']}>
          <legend>{t('slide.no', { place: index + 1 })}</legend>
          <PictureInput
            label={t('slide.no', { place: index + 1 })}
            fileId={slide.fileId === '' ? null : slide.fileId}
            disabled={disabled}
            onChange={(fileId) => change(index, { fileId })}
          />
          <div className={styles['pair']}>
            <LabelledField label={t('slide.title')}>
              <Input
                disabled={disabled}
                maxLength={40}
                value={slide.title}
                onChange={(event) => change(index, { title: event.target.value })}
              />
            </LabelledField>
            <LabelledField label={t('slide.subtitle')}>
              <Input
                disabled={disabled}
                maxLength={40}
                value={slide.subtitle}
                onChange={(event) => change(index, { subtitle: event.target.value })}
              />
            </LabelledField>
          </div>
          <LinkInput value={slide.link} disabled={disabled} onChange={(link) => change(index, { link })} />
          {disabled || slides.length === 1 ? null : (
            <Button size="small" onClick={() => onChange({ ...block, slides: slides.toSpliced(index, 1) })}>
              {t('slide.remove', { place: index + 1 })}
            </Button>
          )}
        </fieldset>
      ))}
      {disabled ? null : (
        <Button
          icon={<PlusOutlined />}
          disabled={slides.length >= 8}
          onClick={() => onChange({ ...block, slides: [...slides, { fileId: '', title: '', subtitle: '', link: '' }] })}
        >
          {t('slide.add')}
        </Button>
      )}
    </>
  );
}

const sources = ['newest', 'sold', 'category', 'picked'] as const;

function GridFields({ block, disabled, onChange }: Of<'product_grid'>) {
  const { t } = useTranslation('shop');
  const enabled = useCan('catalog.read');
  const categories = useRead(listCategories, {}, { enabled, staleMs: 300_000 });
  const { source } = block;
  const choose = (by: (typeof sources)[number]) => {
    if (by === 'category') onChange({ ...block, source: { by, categoryId: '' } });
    else if (by === 'picked') onChange({ ...block, source: { by, productIds: [] } });
    else onChange({ ...block, source: { by } });
  };
  return (
    <>
      <div className={styles['pair']}>
        <Field label={t('grid.source')}>
          <Select
            aria-label={t('grid.source')}
            disabled={disabled}
            value={source.by}
            options={sources.map((value) => ({ value, label: t(`gridSources.${value}`) }))}
            onChange={choose}
          />
        </Field>
        <LabelledField label={t('grid.limit')}>
          <InputNumber<number>
            disabled={disabled}
            min={2}
            max={24}
            precision={0}
            value={block.limit}
            onChange={(limit) => {
              if (limit !== null) onChange({ ...block, limit });
            }}
          />
        </LabelledField>
      </div>
      {source.by === 'category' ? (
        <Field label={t('grid.category')}>
          <TreeSelect
            aria-label={t('grid.category')}
            style={{ width: '100%' }}
            disabled={disabled || !enabled}
            treeDefaultExpandAll
            treeData={categoryChoices(categories.data?.items ?? [])}
            {...(source.categoryId === '' ? {} : { value: source.categoryId })}
            onChange={(categoryId: string) => onChange({ ...block, source: { by: 'category', categoryId } })}
          />
        </Field>
      ) : null}
      {source.by === 'picked' ? (
        <Field label={t('grid.products')}>
          <ProductPicker
            label={t('grid.products')}
            placeholder={t('grid.productsPlaceholder')}
            most={24}
            disabled={disabled}
            value={source.productIds}
            onChange={(productIds) => onChange({ ...block, source: { by: 'picked', productIds } })}
          />
        </Field>
      ) : null}
    </>
  );
}

function CouponChoice({ block, disabled, onChange }: Of<'coupon_strip' | 'new_customer_gift'>) {
  const { t } = useTranslation('shop');
  const enabled = useCan('coupons.read');
  const templates = useRead(listTemplates, { query: { status: 'published', limit: 100 } }, { enabled });
  const claimable = (templates.data?.items ?? []).filter(({ terms }) => terms.claim !== null);
  return (
    <Field label={t('block.coupons')} hint={t(enabled ? 'block.couponsHint' : 'block.couponsNeed')}>
      <Select
        mode="multiple"
        aria-label={t('block.coupons')}
        style={{ width: '100%' }}
        maxCount={10}
        disabled={disabled || !enabled}
        loading={templates.isFetching}
        placeholder={t('block.couponsPlaceholder')}
        showSearch={{ optionFilterProp: 'label' }}
        value={block.templateIds}
        options={[
          ...claimable.map(({ templateId, terms }) => ({ value: templateId, label: terms.name })),
          ...(templates.data === undefined ? [] : block.templateIds)
            .filter((id) => !claimable.some(({ templateId }) => templateId === id))
            .map((value) => ({ value, label: t('block.couponGone') })),
        ]}
        onChange={(templateIds: string[]) => onChange({ ...block, templateIds })}
      />
    </Field>
  );
}
