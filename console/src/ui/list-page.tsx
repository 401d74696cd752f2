import { Button } from 'antd';
import { useState } from 'react';
import type { ComponentType, Key, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { List } from '../lib/query.ts';
import { useUrlState } from '../lib/url-state.ts';
import { ColumnChooser, useChosenColumns } from './column-chooser.tsx';
import { DataTable } from './data-table.tsx';
import type { Column } from './data-table.tsx';
import { FigureRow } from './figure-card.tsx';
import type { Figure } from './figure-card.tsx';
import { FilterBar } from './filter-bar.tsx';
import type { Filter, FilterState } from './filters.ts';
import { Page } from './page.tsx';
import { SavedViews } from './saved-views.tsx';
import { EmptyState } from './states.tsx';

import styles from './list-page.module.css';

export interface BulkActionsProps<Row> {
  readonly rows: readonly Row[];
  /** Clears the selection. */
  readonly done: () => void;
}

interface ListPageProps<Row> {
  /** Stable name of the list: saved views and chosen columns are kept under it. */
  readonly name: string;
  readonly title: string;
  readonly purpose: string;
  readonly figures?: readonly Figure[];
  readonly figuresLoading?: boolean;
  readonly actions?: ReactNode;
  readonly filters: readonly Filter[];
  readonly filterState: FilterState;
  readonly columns: readonly Column<Row>[];
  readonly list: List<Row>;
  readonly rowKey: (row: Row) => Key;
  readonly rowPath?: (row: Row) => string | null;
  /** Buttons for the selected rows; selecting is offered only when there are some. */
  readonly bulkActions?: ComponentType<BulkActionsProps<Row>> | undefined;
  /** What the list is when nothing was ever put in it. */
  readonly empty: { readonly title: string; readonly hint: string; readonly action?: ReactNode };
  /** Between the figures and the table: charts, notices. */
  readonly children?: ReactNode;
}

/** The list page every module uses: purpose, figures, filters, table, bulk actions, and what to do when it is empty. */
export function ListPage<Row extends object>(props: ListPageProps<Row>) {
  const { name, title, purpose, figures, actions, filters, filterState, columns, list, rowKey, rowPath } = props;
  const BulkActions = props.bulkActions;
  const { t } = useTranslation();
  const [search, change] = useUrlState();
  const { shown, chosen, setChosen, reset } = useChosenColumns(name, columns);
  const [selected, setSelected] = useState<{ keys: Key[]; rows: Row[] }>({ keys: [], rows: [] });
  const clearSelection = () => setSelected({ keys: [], rows: [] });
  const empty = filterState.isActive ? (
    <EmptyState
      title={t('states.noMatch')}
      hint={t('states.noMatchHint')}
      action={<Button onClick={filterState.clear}>{t('filters.clear')}</Button>}
    />
  ) : (
    <EmptyState {...props.empty} />
  );
  return (
    <Page title={title} purpose={purpose} actions={actions}>
      {figures === undefined ? null : <FigureRow figures={figures} loading={props.figuresLoading ?? list.isLoading} />}
      {props.children}
      <section className={styles['list']} aria-label={title}>
        <FilterBar
          filters={filters}
          state={filterState}
          extra={
            <>
              {filters.length > 0 ? <SavedViews list={name} state={filterState} /> : null}
              <ColumnChooser columns={columns} chosen={chosen} onChange={setChosen} onReset={reset} />
            </>
          }
        />
        {selected.keys.length > 0 && BulkActions ? (
          <div className={styles['bulk']} role="toolbar" aria-label={t('table.bulk')}>
            <strong>{t('table.selected', { count: selected.keys.length })}</strong>
            <BulkActions rows={selected.rows} done={clearSelection} />
            <Button type="text" onClick={clearSelection}>
              {t('table.unselect')}
            </Button>
          </div>
        ) : null}
        <DataTable<Row>
          label={title}
          columns={shown}
          list={list}
          rowKey={rowKey}
          sticky
          empty={empty}
          sort={{ value: search.get('sort'), change: (value) => change({ sort: value }) }}
          {...(rowPath === undefined ? {} : { rowPath })}
          {...(BulkActions === undefined
            ? {}
            : { selection: { keys: selected.keys, change: (keys, rows) => setSelected({ keys, rows }) } })}
        />
      </section>
    </Page>
  );
}
