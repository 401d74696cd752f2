import { SearchOutlined } from '@ant-design/icons';
import { Button, DatePicker, Input, Select, Tag } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Filter, FilterState } from './filters.ts';

import styles from './filter-bar.module.css';

interface FilterBarProps {
  readonly filters: readonly Filter[];
  readonly state: FilterState;
  /** Beside the filters, at the right: column chooser, saved views. */
  readonly extra?: ReactNode;
}

/** The filters of a list in one row. */
export function FilterBar({ filters, state, extra }: FilterBarProps) {
  const { t } = useTranslation();
  return (
    <div className={styles['bar']}>
      <div className={styles['filters']} role="search">
        {filters.map((filter) => (
          <FilterField key={filter.key} filter={filter} state={state} />
        ))}
        {state.isActive ? (
          <Button type="text" onClick={state.clear}>
            {t('filters.clear')}
          </Button>
        ) : null}
      </div>
      {extra === undefined ? null : <div className={styles['extra']}>{extra}</div>}
    </div>
  );
}

function FilterField({ filter, state }: { readonly filter: Filter; readonly state: FilterState }) {
  switch (filter.kind) {
    case 'search':
      return <SearchField filter={filter} state={state} />;
    case 'choice':
      return (
        <Select
          aria-label={filter.label}
          className={styles['choice']}
          allowClear
          placeholder={filter.label}
          value={state.values[filter.key] ?? null}
          options={[...filter.options]}
          onChange={(value: string | null | undefined) => state.set({ [filter.key]: value ?? null })}
          popupMatchSelectWidth={false}
        />
      );
    case 'choices':
      return (
        <Select
          aria-label={filter.label}
          className={styles['choice']}
          mode="multiple"
          allowClear
          maxTagCount={1}
          placeholder={filter.label}
          value={state.values[filter.key]?.split(',') ?? []}
          options={[...filter.options]}
          onChange={(values: string[]) => state.set({ [filter.key]: values.join(',') })}
          popupMatchSelectWidth={false}
        />
      );
    case 'period':
      return <PeriodField filter={filter} state={state} />;
    case 'hidden':
      return state.values[filter.key] === undefined ? null : (
        <Tag closable className={styles['chip'] ?? ''} onClose={() => state.set({ [filter.key]: null })}>
          {filter.label}
        </Tag>
      );
    default:
      return filter satisfies never;
  }
}

function SearchField({ filter, state }: { filter: Extract<Filter, { kind: 'search' }>; state: FilterState }) {
  const current = state.values[filter.key] ?? '';
  const [draft, setDraft] = useState({ from: current, text: current });
  // The address changed under the field (a saved view, the back button): it wins over what was being typed.
  const text = draft.from === current ? draft.text : current;
  const setText = (next: string) => setDraft({ from: current, text: next });
  const submit = (value: string) => {
    if (value.trim() !== current) state.set({ [filter.key]: value.trim() });
  };
  return (
    <Input
      className={styles['search']}
      aria-label={filter.label}
      placeholder={filter.placeholder}
      prefix={<SearchOutlined aria-hidden />}
      allowClear
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        if (event.target.value === '') submit('');
      }}
      onPressEnter={() => submit(text)}
      onBlur={() => submit(text)}
    />
  );
}

function PeriodField({ filter, state }: { filter: Extract<Filter, { kind: 'period' }>; state: FilterState }) {
  const { t } = useTranslation();
  const [fromKey, toKey] = [`${filter.key}From`, `${filter.key}To`];
  const read = (key: string) => {
    const value = state.values[key];
    return value === undefined ? null : dayjs(value);
  };
  const today = dayjs().startOf('day');
  const presets = [
    { label: t('filters.today'), value: [today, today] as [dayjs.Dayjs, dayjs.Dayjs] },
    { label: t('filters.last7Days'), value: [today.subtract(6, 'day'), today] as [dayjs.Dayjs, dayjs.Dayjs] },
    { label: t('filters.last30Days'), value: [today.subtract(29, 'day'), today] as [dayjs.Dayjs, dayjs.Dayjs] },
    { label: t('filters.thisMonth'), value: [today.startOf('month'), today] as [dayjs.Dayjs, dayjs.Dayjs] },
  ];
  return (
    <DatePicker.RangePicker
      aria-label={filter.label}
      className={styles['period']}
      placeholder={[filter.label, t('filters.until')]}
      presets={presets}
      allowEmpty={[true, true]}
      value={[read(fromKey), read(toKey)]}
      onChange={(range) =>
        state.set({
          [fromKey]: range?.[0]?.format('YYYY-MM-DD') ?? null,
          [toKey]: range?.[1]?.format('YYYY-MM-DD') ?? null,
        })
      }
    />
  );
}
