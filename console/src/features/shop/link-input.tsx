import { listCategories, listProducts } from '@shuke/server/contracts/catalog';
import { AutoComplete } from 'antd';
import { useTranslation } from 'react-i18next';

import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { Field } from './field.tsx';
import { leadsSomewhere, linkPages } from './link.ts';

interface LinkInputProps {
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (link: string) => void;
}

/** Where a tap leads: a page, a category, a product or a search of the mall. */
export function LinkInput({ value, disabled, onChange }: LinkInputProps) {
  const { t } = useTranslation('shop');
  const enabled = useCan('catalog.read');
  const categories = useRead(listCategories, {}, { enabled, staleMs: 300_000 });
  const products = useRead(listProducts, { query: { limit: 50 } }, { enabled, staleMs: 300_000 });
  const options = [
    {
      label: t('link.pages'),
      options: linkPages.map((page) => ({ value: page, label: t(`linkPages.${page}`) })),
    },
    {
      label: t('link.categories'),
      options: (categories.data?.items ?? []).map(({ categoryId, name }) => ({
        value: `category/${categoryId}`,
        label: name,
      })),
    },
    {
      label: t('link.products'),
      options: (products.data?.items ?? []).map(({ productId, title }) => ({
        value: `product/${productId}`,
        label: title,
      })),
    },
  ].filter((group) => group.options.length > 0);
  const target = options.flatMap((group) => group.options).find((option) => option.value === value);
  const isLost = !leadsSomewhere(value);
  return (
    <Field
      label={t('link.label')}
      hint={value === '' ? t('link.nowhere') : isLost ? undefined : target?.label}
      problem={isLost ? t('link.unknown') : undefined}
    >
      <AutoComplete
        aria-label={t('link.label')}
        style={{ width: '100%' }}
        disabled={disabled}
        value={value}
        options={options}
        allowClear
        maxLength={200}
        placeholder={t('link.placeholder')}
        showSearch={{
          // What is chosen must not hide the other choices when the list is opened again.
          filterOption: (input, option) =>
            input === value && target !== undefined
              ? true
              : `${option?.label ?? ''} ${option && 'value' in option ? String(option.value) : ''}`
                  .toLowerCase()
                  .includes(input.toLowerCase()),
        }}
        onChange={(link: string | undefined) => onChange(link ?? '')}
      />
    </Field>
  );
}
