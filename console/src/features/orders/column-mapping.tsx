import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Card } from '../../ui/page.tsx';
import { Label } from '../../ui/status-tag.tsx';
import type { Preview } from './import-preview.tsx';

import styles from './import-page.module.css';

type Columns = Preview['import']['settings']['columns'];
type Target = keyof Columns;

interface ColumnMappingProps {
  readonly preview: Preview;
  readonly targets: readonly Target[];
  readonly busy: boolean;
  readonly onChange: (columns: Columns) => void;
}

/** Which column of the file means what; meanings that are needed and missing come first. */
export function ColumnMapping({ preview, targets, busy, onChange }: ColumnMappingProps) {
  const { t } = useTranslation('orders');
  const [showAll, setShowAll] = useState(false);
  const { columns } = preview.import.settings;
  const missing = new Set<Target>(preview.missing);
  const rank = (target: Target) => (missing.has(target) ? 0 : columns[target] === undefined ? 2 : 1);
  const sorted = targets.toSorted((one, other) => rank(one) - rank(other));
  const shown = showAll ? sorted : sorted.filter((target) => rank(target) < 2);
  const options = preview.header.map((name, index) => ({
    value: index,
    label: name || t('mapping.column', { number: index + 1 }),
  }));
  const set = (target: Target, column: number | undefined) => {
    const { [target]: _before, ...others } = columns;
    onChange(column === undefined ? others : { ...others, [target]: column });
  };
  return (
    <Card
      title={t('mapping.title')}
      hint={t('mapping.hint', { mapped: Object.keys(columns).length, total: preview.header.length })}
      extra={
        <Button type="link" onClick={() => setShowAll(!showAll)}>
          {t(showAll ? 'mapping.showUsed' : 'mapping.showAll')}
        </Button>
      }
    >
      <ul className={styles['mapping']}>
        {shown.map((target) => (
          <li key={target}>
            <span>
              {t(`targets.${target}`)} {missing.has(target) ? <Label tone="bad">{t('mapping.needed')}</Label> : null}
            </span>
            <Select
              allowClear
              showSearch={{ optionFilterProp: 'label' }}
              disabled={busy}
              aria-label={t(`targets.${target}`)}
              status={missing.has(target) ? 'error' : ''}
              placeholder={t('mapping.none')}
              value={columns[target] ?? null}
              options={options}
              onChange={(column: number | null | undefined) => set(target, column ?? undefined)}
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}
