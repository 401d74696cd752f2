import { ControlOutlined } from '@ant-design/icons';
import { Button, Checkbox, Popover } from 'antd';
import { useTranslation } from 'react-i18next';

import { isStringList, useStoredJson } from '../lib/stored.ts';
import type { Column } from './data-table.tsx';

import styles from './column-chooser.module.css';

/** The columns a person sees in a list, remembered in this browser; the first column always stays. */
export function useChosenColumns<Row>(list: string, columns: readonly Column<Row>[]) {
  const standard = columns.filter((column) => !column.optional).map((column) => column.key);
  const [chosen, setChosen] = useStoredJson<string[]>(`columns.${list}`, isStringList, standard);
  const shown = columns.filter((column, index) => index === 0 || chosen.includes(column.key));
  return { shown, chosen, setChosen, reset: () => setChosen(null) };
}

interface ColumnChooserProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly chosen: readonly string[];
  readonly onChange: (keys: string[]) => void;
  readonly onReset: () => void;
}

/** Lets a person pick the columns of a list. */
export function ColumnChooser<Row>({ columns, chosen, onChange, onReset }: ColumnChooserProps<Row>) {
  const { t } = useTranslation();
  const content = (
    <div className={styles['columns']}>
      {columns.slice(1).map((column) => (
        <Checkbox
          key={column.key}
          checked={chosen.includes(column.key)}
          onChange={(event) =>
            onChange(event.target.checked ? [...chosen, column.key] : chosen.filter((key) => key !== column.key))
          }
        >
          {column.title}
        </Checkbox>
      ))}
      <Button size="small" type="link" onClick={onReset}>
        {t('columns.reset')}
      </Button>
    </div>
  );
  return (
    <Popover trigger="click" placement="bottomRight" title={t('columns.title')} content={content}>
      <Button icon={<ControlOutlined />}>{t('columns.title')}</Button>
    </Popover>
  );
}
