import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, InputNumber, Select, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { FenInput } from '../../ui/fen-input.tsx';
import type { ProductContent } from './product-page.tsx';
import { skuMatrix, specsOf } from './spec-matrix.ts';
import type { Spec } from './spec-matrix.ts';

import styles from './catalog.module.css';

type Sku = ProductContent['skus'][number];

interface SkuTableProps {
  readonly productCode: string;
  readonly specNames: readonly string[];
  readonly skus: readonly Sku[];
  readonly disabled: boolean;
  readonly onChange: (specNames: string[], skus: Sku[]) => void;
}

/** What varies, and price and code of every variant. */
export function SkuTable({ productCode, specNames, skus, disabled, onChange }: SkuTableProps) {
  const { t } = useTranslation('catalog');
  const drafts = skus.map((sku) => ({ ...sku, spec: sku.spec ?? {} }));
  const specs = specsOf(specNames, drafts);
  const respec = (next: readonly Spec[]) =>
    onChange(
      next.map(({ name }) => name),
      skuMatrix(next, drafts, productCode),
    );
  const set = (index: number, change: Partial<Sku>) =>
    onChange(
      [...specNames],
      skus.map((sku, at) => (at === index ? { ...sku, ...change } : sku)),
    );
  return (
    <>
      <SpecEditor specs={specs} disabled={disabled} onChange={respec} />
      <div className={styles['scroll']}>
        <table className={styles['skus']}>
          <thead>
            <tr>
              {specNames.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              {(['code', 'listPrice', 'salePrice', 'cost', 'weight', 'enabled'] as const).map((column) => (
                <th key={column} scope="col">
                  {t(`sku.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {drafts.map((sku, index) => (
              <tr key={sku.skuId ?? JSON.stringify(sku.spec)}>
                {specNames.map((name) => (
                  <td key={name}>{sku.spec[name]}</td>
                ))}
                <td>
                  <Input
                    disabled={disabled}
                    aria-label={t('sku.code')}
                    maxLength={64}
                    style={{ minWidth: 120 }}
                    placeholder={productCode}
                    value={sku.code}
                    onChange={(event) => set(index, { code: event.target.value })}
                  />
                </td>
                <td>
                  <FenInput
                    disabled={disabled}
                    label={t('sku.listPrice')}
                    value={sku.listPriceFen}
                    onChange={(fen) => set(index, { listPriceFen: fen ?? 0 })}
                  />
                </td>
                <td>
                  <FenInput
                    disabled={disabled}
                    label={t('sku.salePrice')}
                    value={sku.salePriceFen}
                    onChange={(fen) => set(index, { salePriceFen: fen ?? 0 })}
                  />
                </td>
                <td>
                  <FenInput
                    disabled={disabled}
                    label={t('sku.cost')}
                    value={sku.costFen ?? null}
                    onChange={(fen) => set(index, { costFen: fen })}
                  />
                </td>
                <td>
                  <InputNumber
                    disabled={disabled}
                    aria-label={t('sku.weight')}
                    min={0}
                    precision={0}
                    value={sku.weightG ?? null}
                    onChange={(weightG) => set(index, { weightG })}
                  />
                </td>
                <td>
                  <Switch
                    disabled={disabled}
                    aria-label={t('sku.enabled')}
                    checked={sku.isEnabled ?? true}
                    onChange={(isEnabled) => set(index, { isEnabled })}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

interface SpecEditorProps {
  readonly specs: readonly Spec[];
  readonly disabled: boolean;
  readonly onChange: (specs: readonly Spec[]) => void;
}

function SpecEditor({ specs, disabled, onChange }: SpecEditorProps) {
  const { t } = useTranslation('catalog');
  const set = (index: number, change: Partial<Spec>) =>
    onChange(specs.map((spec, at) => (at === index ? { ...spec, ...change } : spec)));
  return (
    <div style={{ marginBottom: 16 }}>
      {specs.map((spec, index) => (
        <div key={spec.name} className={styles['spec']}>
          <strong>{spec.name}</strong>
          <Select
            mode="tags"
            open={false}
            suffixIcon={null}
            disabled={disabled}
            aria-label={t('sku.valuesOf', { name: spec.name })}
            placeholder={t('sku.values')}
            tokenSeparators={[',', ' ']}
            value={[...spec.values]}
            onChange={(values: string[]) => set(index, { values })}
          />
          {disabled ? null : (
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t('remove')}
              onClick={() => onChange(specs.filter((_spec, at) => at !== index))}
            />
          )}
        </div>
      ))}
      {disabled || specs.length >= 5 ? null : (
        <AddSpec taken={specs.map(({ name }) => name)} onAdd={(spec) => onChange([...specs, spec])} />
      )}
    </div>
  );
}

function AddSpec({ taken, onAdd }: { readonly taken: readonly string[]; readonly onAdd: (spec: Spec) => void }) {
  const { t } = useTranslation('catalog');
  const [name, setName] = useState('');
  const add = () => {
    const wanted = name.trim();
    if (wanted === '' || taken.includes(wanted)) return;
    // A spec without a value would take all variants away, so it starts with the one the product has.
    onAdd({ name: wanted, values: [t('sku.firstValue')] });
    setName('');
  };
  return (
    <Input.Search
      style={{ maxWidth: 280 }}
      maxLength={20}
      placeholder={t('sku.addSpecPlaceholder')}
      enterButton={<PlusOutlined aria-label={t('sku.addSpec')} />}
      value={name}
      onChange={(event) => setName(event.target.value)}
      onSearch={add}
      onPressEnter={(event) => event.preventDefault()}
    />
  );
}
