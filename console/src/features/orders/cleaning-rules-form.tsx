import type { readCleaning } from '@shuke/server/contracts/orders';
import { InputNumber, Select, Switch } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';

import styles from './cleaning-page.module.css';

export type Rules = Reply<typeof readCleaning>['inForce'];
type RuleName = keyof Rules;

interface CleaningRulesFormProps {
  readonly rules: Rules;
  readonly disabled: boolean;
  readonly onChange: (rules: Rules) => void;
}

const names: readonly RuleName[] = [
  'test',
  'zeroPrice',
  'cancelledUnpaid',
  'nonGoods',
  'adjustment',
  'duplicateLine',
  'duplicateOrder',
  'abnormalQuantity',
  'brushing',
];

/** The cleaning rules, one by one: on or off, flag only or leave out, and their measures. */
export function CleaningRulesForm({ rules, disabled, onChange }: CleaningRulesFormProps) {
  const { t } = useTranslation('orders');
  return (
    <div>
      {names.map((name) => (
        <div key={name} className={styles['rule']}>
          <Switch
            aria-label={t(`rules.${name}`)}
            disabled={disabled}
            checked={rules[name].isOn}
            onChange={(isOn) => onChange({ ...rules, [name]: { ...rules[name], isOn } })}
          />
          <div className={styles['text']}>
            <strong>{t(`rules.${name}`)}</strong>
            <span>{t(`ruleHints.${name}`)}</span>
            {rules[name].isOn ? (
              <div className={styles['options']}>
                <RuleOptions name={name} rules={rules} disabled={disabled} onChange={onChange} />
              </div>
            ) : null}
          </div>
          {rules[name].isOn ? (
            <Select
              aria-label={t('rules.consequence')}
              disabled={disabled}
              style={{ width: 148 }}
              value={rules[name].excludes ? 'exclude' : 'flag'}
              options={(['exclude', 'flag'] as const).map((value) => ({
                value,
                label: t(`ruleConsequences.${value}`),
              }))}
              onChange={(value: 'exclude' | 'flag') =>
                onChange({ ...rules, [name]: { ...rules[name], excludes: value === 'exclude' } })
              }
            />
          ) : null}
        </div>
      ))}
    </div>
  );
}

function RuleOptions({
  name,
  rules,
  disabled,
  onChange,
}: CleaningRulesFormProps & { readonly name: RuleName }): ReactNode {
  const { t } = useTranslation('orders');
  const words = (label: string, value: readonly string[], change: (next: string[]) => void) => (
    <Select
      mode="tags"
      open={false}
      suffixIcon={null}
      disabled={disabled}
      aria-label={label}
      placeholder={label}
      style={{ width: '100%' }}
      tokenSeparators={[',', '\n']}
      value={[...value]}
      onChange={change}
    />
  );
  const number = (
    label: string,
    value: number,
    limits: { min: number; max: number },
    change: (next: number) => void,
  ) => (
    <label>
      {label}
      <InputNumber {...limits} disabled={disabled} value={value} onChange={(next) => next !== null && change(next)} />
    </label>
  );
  switch (name) {
    case 'test':
      return words(t('rules.words'), rules.test.words, (next) =>
        onChange({ ...rules, test: { ...rules.test, words: next } }),
      );
    case 'nonGoods':
      return words(t('rules.skuPatterns'), rules.nonGoods.skuPatterns, (skuPatterns) =>
        onChange({ ...rules, nonGoods: { ...rules.nonGoods, skuPatterns } }),
      );
    case 'duplicateOrder':
      return number(
        t('rules.withinMinutes'),
        rules.duplicateOrder.withinMinutes,
        { min: 1, max: 1_440 },
        (withinMinutes) => onChange({ ...rules, duplicateOrder: { ...rules.duplicateOrder, withinMinutes } }),
      );
    case 'abnormalQuantity':
      return number(
        t('rules.fromQuantity'),
        rules.abnormalQuantity.fromQuantity,
        { min: 2, max: 1_000_000 },
        (fromQuantity) => onChange({ ...rules, abnormalQuantity: { ...rules.abnormalQuantity, fromQuantity } }),
      );
    case 'brushing':
      return (
        <>
          {number(t('rules.brushingOrders'), rules.brushing.orders, { min: 2, max: 1_000 }, (orders) =>
            onChange({ ...rules, brushing: { ...rules.brushing, orders } }),
          )}
          {number(t('rules.withinHours'), rules.brushing.withinHours, { min: 1, max: 720 }, (withinHours) =>
            onChange({ ...rules, brushing: { ...rules.brushing, withinHours } }),
          )}
        </>
      );
    case 'zeroPrice':
    case 'cancelledUnpaid':
    case 'adjustment':
    case 'duplicateLine':
      return null;
    default:
      return name satisfies never;
  }
}
