import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { FenInput } from '../../ui/fen-input.tsx';
import type { Condition, ConditionKind } from './condition.ts';
import { conditionOfKind, windowOf } from './condition.ts';

import styles from './loyalty.module.css';

const kinds: readonly ConditionKind[] = ['everyone', 'granted', 'spend', 'orders', 'single_order', 'all', 'any'];

interface ConditionEditorProps {
  readonly condition: Condition;
  readonly disabled: boolean;
  readonly onChange: (condition: Condition) => void;
  /** Nested conditions can be taken away. */
  readonly onRemove?: () => void;
}

/** A condition of a tier or benefit: a leaf, or several joined by "and" or "or". */
export function ConditionEditor({ condition, disabled, onChange, onRemove }: ConditionEditorProps) {
  const { t } = useTranslation('loyalty');
  return (
    <div className={styles['condition']}>
      <div className={styles['line']}>
        <Select
          aria-label={t('condition.kind')}
          disabled={disabled}
          style={{ minWidth: 150 }}
          value={condition.kind}
          options={kinds.map((value) => ({ value, label: t(`conditions.${value}`) }))}
          onChange={(kind: ConditionKind) => onChange(conditionOfKind(kind, condition))}
        />
        <Leaf condition={condition} disabled={disabled} onChange={onChange} />
        {onRemove === undefined || disabled ? null : (
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('remove')} onClick={onRemove} />
        )}
      </div>
      {condition.kind === 'all' || condition.kind === 'any' ? (
        <div className={styles['nested']}>
          {condition.conditions.map((one, index) => (
            <ConditionEditor
              // oxlint-disable-next-line react/no-array-index-key -- conditions have no identity but their place
              key={index}
              condition={one}
              disabled={disabled}
              onChange={(next) =>
                onChange({
                  ...condition,
                  conditions: condition.conditions.map((other, at) => (at === index ? next : other)),
                })
              }
              {...(condition.conditions.length < 2
                ? {}
                : {
                    onRemove: () =>
                      onChange({ ...condition, conditions: condition.conditions.filter((_other, at) => at !== index) }),
                  })}
            />
          ))}
          {disabled || condition.conditions.length >= 10 ? null : (
            <Button
              size="small"
              type="dashed"
              icon={<PlusOutlined />}
              onClick={() =>
                onChange({ ...condition, conditions: [...condition.conditions, conditionOfKind('spend')] })
              }
            >
              {t('condition.add')}
            </Button>
          )}
        </div>
      ) : null}
    </div>
  );
}

function Leaf({ condition, disabled, onChange }: Omit<ConditionEditorProps, 'onRemove'>) {
  const { t } = useTranslation('loyalty');
  if (
    condition.kind === 'everyone' ||
    condition.kind === 'granted' ||
    condition.kind === 'all' ||
    condition.kind === 'any'
  )
    return null;
  const { window } = condition;
  return (
    <>
      {condition.kind === 'orders' ? (
        <InputNumber
          aria-label={t('condition.orders')}
          disabled={disabled}
          min={1}
          max={100_000}
          precision={0}
          prefix="≥"
          value={condition.atLeast}
          onChange={(atLeast) => atLeast !== null && onChange({ ...condition, atLeast })}
        />
      ) : (
        <span className={styles['amount']}>
          <FenInput
            label={t('condition.amount')}
            disabled={disabled}
            min={1}
            value={condition.atLeastMinor}
            onChange={(fen) => fen !== null && onChange({ ...condition, atLeastMinor: fen })}
          />
        </span>
      )}
      <Select
        aria-label={t('condition.window')}
        disabled={disabled}
        style={{ minWidth: 120 }}
        value={window.kind}
        options={(['ever', 'calendar_year', 'days'] as const).map((value) => ({ value, label: t(`windows.${value}`) }))}
        onChange={(kind: 'ever' | 'calendar_year' | 'days') => onChange({ ...condition, window: windowOf(kind) })}
      />
      {window.kind === 'days' ? (
        <InputNumber
          aria-label={t('condition.days')}
          disabled={disabled}
          min={1}
          max={3_660}
          precision={0}
          suffix={t('condition.daysUnit')}
          style={{ width: 112 }}
          value={window.days}
          onChange={(days) => days !== null && onChange({ ...condition, window: { kind: 'days', days } })}
        />
      ) : null}
    </>
  );
}
