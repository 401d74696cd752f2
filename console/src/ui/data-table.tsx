import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button, Grid, Skeleton, Table } from 'antd';
import type { TableColumnsType } from 'antd';
import type { Key, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import type { List } from '../lib/query.ts';
import { Count } from './formatted.tsx';
import { ErrorState } from './states.tsx';

import styles from './data-table.module.css';

/** One column of a list. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly render: (row: Row) => ReactNode;
  readonly widthPx?: number;
  /** Numbers stand at the right. */
  readonly align?: 'left' | 'right';
  /** Name the server sorts by; absent when it cannot. */
  readonly sort?: string;
  /** Not shown until chosen. */
  readonly optional?: boolean;
  /** Stays in sight at the right edge of a desk's screen: what the list is there to have done. */
  readonly isPinned?: boolean;
}

export interface Sort {
  /** `name` ascending or `-name` descending. */
  readonly value: string | null;
  readonly change: (value: string | null) => void;
}

interface DataTableProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly list: Pick<List<Row>, 'rows' | 'isLoading' | 'isRefreshing' | 'error' | 'retry'> &
    Partial<Pick<List<Row>, 'hasNext' | 'hasPrevious' | 'next' | 'previous' | 'pageIndex' | 'total'>>;
  readonly rowKey: (row: Row) => Key;
  /** Where a click on the row leads. */
  readonly rowPath?: (row: Row) => string | null;
  readonly sort?: Sort;
  readonly selection?: { readonly keys: readonly Key[]; readonly change: (keys: Key[], rows: Row[]) => void };
  readonly empty: ReactNode;
  /** The head stays under the page's header while scrolling. */
  readonly sticky?: boolean;
  readonly label: string;
}

/** A table of one page of rows, with its loading, empty and error states and its pager. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { columns, list, rowKey, rowPath, sort, selection, empty, sticky = false, label } = props;
  const navigate = useNavigate();
  // On a phone a pinned column would hide the others.
  const { md = true } = Grid.useBreakpoint();
  if (list.error !== null && list.rows.length === 0) return <ErrorState error={list.error} retry={list.retry} />;
  if (list.isLoading) return <RowsSkeleton />;
  if (list.rows.length === 0) return empty;
  return (
    <>
      <Table<Row>
        ref={(table) => {
          // A table wider than the screen scrolls, and the keyboard must reach what scrolls.
          table?.nativeElement.querySelector('.ant-table-content, .ant-table-body')?.setAttribute('tabindex', '0');
        }}
        className={styles['table']}
        aria-label={label}
        size="middle"
        rowKey={rowKey}
        columns={antdColumns(columns, { sort, pins: md })}
        dataSource={list.rows}
        pagination={false}
        loading={list.isRefreshing ? { delay: 150 } : false}
        scroll={{ x: 'max-content' }}
        {...(sticky ? { sticky: { offsetHeader: 56 } } : {})}
        {...(selection === undefined
          ? {}
          : {
              rowSelection: {
                selectedRowKeys: [...selection.keys],
                onChange: (keys: Key[], rows: Row[]) => selection.change(keys, rows),
                preserveSelectedRowKeys: true,
                columnWidth: 44,
              },
            })}
        onChange={(_pages, _filters, sorter) => {
          if (Array.isArray(sorter) || sort === undefined) return;
          const name = columns.find((column) => column.key === sorter.columnKey)?.sort;
          if (name === undefined) return;
          sort.change(sorter.order === 'ascend' ? name : sorter.order === 'descend' ? `-${name}` : null);
        }}
        onRow={(row) => {
          const path = rowPath?.(row) ?? null;
          if (path === null) return {};
          return {
            className: styles['clickable'] ?? '',
            onClick: (event) => {
              // A link, button or checkbox in the row keeps its own meaning, and selecting text is not opening.
              if (
                event.target instanceof Element &&
                event.target.closest('a,button,label,input,.ant-table-selection-column')
              )
                return;
              if (window.getSelection()?.toString() === '') void navigate(path);
            },
          };
        }}
      />
      <Pager list={list} />
    </>
  );
}

function antdColumns<Row>(
  columns: readonly Column<Row>[],
  { sort, pins }: { readonly sort: Sort | undefined; readonly pins: boolean },
): TableColumnsType<Row> {
  return columns.map((column) => ({
    key: column.key,
    title: column.title,
    align: column.align ?? 'left',
    ...(column.isPinned === true && pins ? { fixed: 'end' as const } : {}),
    ...(column.widthPx === undefined ? {} : { width: column.widthPx }),
    ...(column.sort === undefined || sort === undefined
      ? {}
      : {
          sorter: true,
          sortOrder:
            sort.value === column.sort
              ? ('ascend' as const)
              : sort.value === `-${column.sort}`
                ? ('descend' as const)
                : null,
        }),
    render: (_value: unknown, row: Row) => column.render(row),
  }));
}

function Pager<Row>({ list }: Pick<DataTableProps<Row>, 'list'>) {
  const { t } = useTranslation();
  const { hasNext = false, hasPrevious = false, total, pageIndex = 0 } = list;
  if (!hasNext && !hasPrevious && (total === null || total === undefined)) return null;
  return (
    <nav className={styles['pager']} aria-label={t('table.pages')}>
      <span className={styles['total']}>
        {total === null || total === undefined ? (
          t('table.page', { page: pageIndex + 1 })
        ) : (
          <>
            {t('table.total')} <Count value={total} />
          </>
        )}
      </span>
      {hasNext || hasPrevious ? <PagerButtons list={list} /> : null}
    </nav>
  );
}

function PagerButtons<Row>({ list }: Pick<DataTableProps<Row>, 'list'>) {
  const { t } = useTranslation();
  const { hasNext = false, hasPrevious = false } = list;
  return (
    <>
      <Button icon={<LeftOutlined />} disabled={!hasPrevious} onClick={list.previous}>
        {t('table.previous')}
      </Button>
      <Button
        icon={<RightOutlined />}
        iconPlacement="end"
        disabled={!hasNext}
        loading={list.isRefreshing}
        onClick={list.next}
      >
        {t('table.next')}
      </Button>
    </>
  );
}

function RowsSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={styles['skeleton']} role="status" aria-label={t('states.loading')}>
      {[92, 78, 85, 70, 88, 74, 81, 66].map((width) => (
        <Skeleton.Input key={width} active size="small" block style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
