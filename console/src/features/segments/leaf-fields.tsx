import { InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { FenInput } from '../../ui/fen-input.tsx';
import { rfmGroups } from '../tags/rfm-groups.ts';
import type { Choice, ConditionChoices } from './condition-choices.ts';
import type { Leaf } from './condition.ts';

interface LeafFieldsProps {
  readonly leaf: Leaf;
  readonly choices: ConditionChoices;
  readonly disabled: boolean;
  readonly onChange: (leaf: Leaf) => void;
}

/** The inputs that fit a question. */
export function LeafFields({ leaf, choices, disabled, onChange }: LeafFieldsProps) {
  const { t } = useTranslation('segments');
  switch (leaf.kind) {
    case 'order_count':
      return (
        <>
          <WithinDays
            value={leaf.withinDays}
            disabled={disabled}
            onChange={(withinDays) => onChange({ ...leaf, withinDays })}
          />
          <RangeFields
            value={leaf.count}
            disabled={disabled}
            unit={t('units.orders')}
            onChange={(count) => onChange({ ...leaf, count })}
          />
        </>
      );
    case 'spend':
      return (
        <>
          <WithinDays
            value={leaf.withinDays}
            disabled={disabled}
            onChange={(withinDays) => onChange({ ...leaf, withinDays })}
          />
          <RangeFields
            value={leaf.amountMinor}
            disabled={disabled}
            money
            onChange={(amountMinor) => onChange({ ...leaf, amountMinor })}
          />
        </>
      );
    case 'last_order_days_ago':
    case 'last_seen_days_ago':
    case 'first_seen_days_ago':
      return (
        <RangeFields
          value={leaf.days}
          disabled={disabled}
          unit={t('units.daysAgo')}
          onChange={(days) => onChange({ ...leaf, days })}
        />
      );
    case 'bought_on_channel':
      return (
        <>
          <WithinDays
            value={leaf.withinDays}
            disabled={disabled}
            onChange={(withinDays) => onChange({ ...leaf, withinDays })}
          />
          <Choices
            value={leaf.channels}
            options={choices.channels}
            own
            disabled={disabled}
            label={t('kinds.bought_on_channel')}
            onChange={(channels) => onChange({ ...leaf, channels })}
          />
        </>
      );
    case 'event_count':
      return (
        <>
          <WithinDays
            value={leaf.withinDays}
            needed
            disabled={disabled}
            onChange={(withinDays) => onChange({ ...leaf, withinDays: withinDays ?? 7 })}
          />
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            aria-label={t('builder.event')}
            disabled={disabled}
            value={leaf.event}
            popupMatchSelectWidth={false}
            style={{ minWidth: 140 }}
            options={[...choices.events]}
            onChange={(event) => onChange({ ...leaf, event })}
          />
          <RangeFields
            value={leaf.count}
            disabled={disabled}
            unit={t('units.times')}
            onChange={(count) => onChange({ ...leaf, count })}
          />
        </>
      );
    case 'rfm_group':
      return (
        <Choices
          value={leaf.groups}
          options={rfmGroups.map((value) => ({ value, label: t(`tags:groups.${value}.name`) }))}
          disabled={disabled}
          label={t('kinds.rfm_group')}
          onChange={(groups) => onChange({ ...leaf, groups })}
        />
      );
    case 'rfm_score':
      return (
        <>
          <Select
            aria-label={t('builder.dimension')}
            disabled={disabled}
            value={leaf.dimension}
            popupMatchSelectWidth={false}
            options={(['r', 'f', 'm', 'weighted'] as const).map((value) => ({
              value,
              label: t(`dimensions.${value}`),
            }))}
            onChange={(dimension) => onChange({ ...leaf, dimension })}
          />
          <RangeFields
            value={leaf.score}
            disabled={disabled}
            least={1}
            unit={t('units.points')}
            onChange={(score) => onChange({ ...leaf, score })}
          />
        </>
      );
    case 'high_value':
      return null;
    case 'tier':
      return (
        <Choices
          value={leaf.tierCodes}
          options={choices.tiers}
          disabled={disabled}
          label={t('builder.tierCodes')}
          onChange={(tierCodes) => onChange({ ...leaf, tierCodes })}
        />
      );
    case 'tag':
      return (
        <Choices
          value={leaf.tagIds}
          options={choices.tags}
          disabled={disabled}
          label={t('kinds.tag')}
          onChange={(tagIds) => onChange({ ...leaf, tagIds })}
        />
      );
    case 'store':
      return (
        <Choices
          value={leaf.storeIds}
          options={choices.stores}
          disabled={disabled}
          label={t('kinds.store')}
          onChange={(storeIds) => onChange({ ...leaf, storeIds })}
        />
      );
    case 'known':
      return (
        <Select
          aria-label={t('kinds.known')}
          disabled={disabled}
          value={leaf.known}
          popupMatchSelectWidth={false}
          options={[true, false].map((value) => ({ value, label: t(value ? 'text.known' : 'text.unknown') }))}
          onChange={(known: boolean) => onChange({ ...leaf, known })}
        />
      );
    case 'segment':
      return (
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('kinds.segment')}
          placeholder={t('builder.choose')}
          disabled={disabled}
          value={leaf.segmentId === '' ? null : leaf.segmentId}
          popupMatchSelectWidth={false}
          style={{ minWidth: 180 }}
          options={[...choices.segments]}
          onChange={(segmentId: string) => onChange({ ...leaf, segmentId })}
        />
      );
    default:
      return leaf satisfies never;
  }
}

interface WithinDaysProps {
  readonly value: number | null;
  /** There must be a window: without one the question could not be answered. */
  readonly needed?: boolean;
  readonly disabled: boolean;
  readonly onChange: (value: number | null) => void;
}

const presetDays = [1, 3, 7, 15, 30, 60, 90, 180, 365, 730] as const;

/** A window of whole days back from today. */
function WithinDays({ value, needed = false, disabled, onChange }: WithinDaysProps) {
  const { t } = useTranslation('segments');
  const days = [...new Set([...presetDays, ...(value === null ? [] : [value])])].toSorted((one, other) => one - other);
  return (
    <Select
      aria-label={t('builder.window')}
      disabled={disabled}
      value={value ?? 0}
      popupMatchSelectWidth={false}
      options={[
        ...(needed ? [] : [{ value: 0, label: t('text.ever') }]),
        ...days.map((count) => ({ value: count, label: t('text.within', { count }) })),
      ]}
      onChange={(count: number) => onChange(count === 0 ? null : count)}
    />
  );
}

interface Range {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

interface RangeFieldsProps {
  readonly value: Range;
  readonly money?: boolean;
  readonly least?: number;
  readonly unit?: string;
  readonly disabled: boolean;
  readonly onChange: (value: { min?: number; max?: number }) => void;
}

const comparisons = ['atLeast', 'atMost', 'between'] as const;

/** At least, at most, or between two values, both ends included. */
function RangeFields({ value, money = false, least = 0, unit, disabled, onChange }: RangeFieldsProps) {
  const { t } = useTranslation('segments');
  const { min, max } = value;
  const comparison = min !== undefined && max !== undefined ? 'between' : max !== undefined ? 'atMost' : 'atLeast';
  const set = (next: { min?: number | undefined; max?: number | undefined }) =>
    onChange({
      ...(next.min === undefined ? {} : { min: next.min }),
      ...(next.max === undefined ? {} : { max: next.max }),
    });
  const compare = (next: (typeof comparisons)[number]) => {
    const known = min ?? max ?? least;
    if (next === 'atLeast') set({ min: known });
    else if (next === 'atMost') set({ max: known });
    else set({ min: known, max: Math.max(known, max ?? known) });
  };
  const field = (end: 'min' | 'max') => {
    const label = t(end === 'min' ? 'builder.min' : 'builder.max');
    const change = (next: number | null) => set({ ...value, [end]: next ?? undefined });
    return money ? (
      <span style={{ width: 132 }}>
        <FenInput value={value[end] ?? null} label={label} disabled={disabled} onChange={change} />
      </span>
    ) : (
      <InputNumber<number>
        aria-label={label}
        disabled={disabled}
        min={least}
        precision={0}
        value={value[end] ?? null}
        style={{ width: 84 }}
        onChange={change}
      />
    );
  };
  return (
    <>
      <Select
        aria-label={t('builder.comparison')}
        disabled={disabled}
        value={comparison}
        popupMatchSelectWidth={false}
        options={comparisons.map((one) => ({ value: one, label: t(`comparisons.${one}`) }))}
        onChange={compare}
      />
      {comparison === 'atMost' ? null : field('min')}
      {comparison === 'between' ? <span aria-hidden>–</span> : null}
      {comparison === 'atLeast' ? null : field('max')}
      {unit === undefined ? null : <span>{unit}</span>}
    </>
  );
}

interface ChoicesProps<Value extends string | number> {
  readonly value: readonly Value[];
  readonly options: readonly Choice<Value>[];
  /** Values that are not in the list may be typed. */
  readonly own?: boolean;
  readonly label: string;
  readonly disabled: boolean;
  readonly onChange: (value: Value[]) => void;
}

function Choices<Value extends string | number>({
  value,
  options,
  own = false,
  label,
  disabled,
  onChange,
}: ChoicesProps<Value>) {
  const { t } = useTranslation('segments');
  return (
    <Select<Value[]>
      mode={own ? 'tags' : 'multiple'}
      showSearch={{ optionFilterProp: 'label' }}
      aria-label={label}
      placeholder={own ? t('builder.type') : t('builder.choose')}
      disabled={disabled}
      value={[...value]}
      popupMatchSelectWidth={false}
      style={{ minWidth: 200, maxWidth: 420 }}
      options={[...options]}
      onChange={onChange}
    />
  );
}
