import { DownOutlined, RightOutlined } from '@ant-design/icons';
import { listTraceChildren, listTraces } from '@shuke/server/contracts/referral';
import { Alert, Button, Spin, Table, Tag } from 'antd';
import type { TableColumnsType } from 'antd';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import { call } from '../../lib/api.ts';
import type { Reply } from '../../lib/api.ts';
import { useRead } from '../../lib/query.ts';
import { useUrlState } from '../../lib/url-state.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { CustomerLink } from '../../ui/customer-link.tsx';
import { Count, Money, When } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { PosterDialog } from './poster-dialog.tsx';
import { visibleRows } from './trace-rows.ts';
import type { LoadedChildren, TraceRow } from './trace-rows.ts';

import styles from './referral.module.css';

type Trace = Reply<typeof listTraces>['items'][number];

const pageSize = 50;

/** Share trees, opened link by link; only what is open is loaded, only what is in view is drawn. */
export function TraceTree() {
  const { t } = useTranslation('referral');
  const [search, change] = useUrlState();
  const sharer = Number(search.get('sharer') ?? '');
  const sharerCustomerId = Number.isSafeInteger(sharer) && sharer > 0 ? sharer : undefined;
  const roots = useRead(listTraces, { query: { sharerCustomerId, limit: 200 } });
  const tree = useOpenTree();
  const rows = visibleRows(roots.data?.items ?? [], tree.open, tree.loaded);
  const [ofPoster, setOfPoster] = useState<Trace | null>(null);
  const columns = useTraceColumns(tree, setOfPoster);
  return (
    <Card
      flush
      title={t('tree.title')}
      hint={t('tree.hint')}
      extra={
        sharerCustomerId === undefined ? undefined : (
          <Tag closable onClose={() => change({ sharer: null })}>
            {t('tree.ofSharer')}
          </Tag>
        )
      }
    >
      {tree.failure === null ? null : <Alert type="error" showIcon title={errorText(tree.failure)} />}
      {roots.isPending ? <PageSkeleton /> : null}
      {roots.isError ? <ErrorState error={roots.error} retry={() => void roots.refetch()} /> : null}
      {roots.data === undefined ? null : roots.data.items.length === 0 ? (
        <EmptyState title={t('tree.empty')} hint={t('tree.emptyHint')} />
      ) : (
        <Table<TraceRow<Trace>>
          aria-label={t('tree.title')}
          className={styles['tree']}
          size="middle"
          virtual={rows.length > 100}
          rowKey={(row) => row.key}
          columns={columns}
          dataSource={rows}
          pagination={false}
          scroll={{ x: 1_260, ...(rows.length > 100 ? { y: 600 } : {}) }}
        />
      )}
      {ofPoster === null ? null : <PosterDialog trace={ofPoster} onClose={() => setOfPoster(null)} />}
    </Card>
  );
}

interface OpenTree {
  readonly open: ReadonlySet<string>;
  readonly loaded: ReadonlyMap<string, LoadedChildren<Trace>>;
  readonly loading: ReadonlySet<string>;
  readonly failure: unknown;
  readonly toggle: (traceId: string) => void;
  readonly more: (traceId: string) => void;
}

/** Which links are open, and what has been loaded below them. */
function useOpenTree(): OpenTree {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [loaded, setLoaded] = useState<ReadonlyMap<string, LoadedChildren<Trace>>>(new Map());
  const [loading, setLoading] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState<unknown>(null);
  const load = async (traceId: string) => {
    if (loading.has(traceId)) return;
    setLoading((before) => new Set(before).add(traceId));
    const known = loaded.get(traceId)?.traces ?? [];
    try {
      const after = known.at(-1)?.createdAt;
      const { items } = await call(listTraceChildren, { params: { traceId }, query: { after, limit: pageSize } });
      const seen = new Set(known.map((trace) => trace.traceId));
      const traces = [...known, ...items.filter((trace) => !seen.has(trace.traceId))];
      setLoaded((before) => new Map(before).set(traceId, { traces, hasMore: items.length === pageSize }));
      setFailure(null);
    } catch (error) {
      setFailure(error);
    } finally {
      setLoading((before) => new Set([...before].filter((id) => id !== traceId)));
    }
  };
  return {
    open,
    loaded,
    loading,
    failure,
    toggle: (traceId) => {
      const next = new Set(open);
      if (!next.delete(traceId)) {
        next.add(traceId);
        if (!loaded.has(traceId)) void load(traceId);
      }
      setOpen(next);
    },
    more: (traceId) => void load(traceId),
  };
}

function useTraceColumns(tree: OpenTree, showPoster: (trace: Trace) => void): TableColumnsType<TraceRow<Trace>> {
  const { t } = useTranslation('referral');
  const of =
    (render: (trace: Trace) => ReactNode) =>
    (_value: unknown, row: TraceRow<Trace>): ReactNode =>
      row.kind === 'trace' ? render(row.trace) : null;
  return [
    {
      key: 'sharer',
      title: t('tree.sharer'),
      width: 240,
      render: (_value, row) => <NodeCell row={row} tree={tree} />,
    },
    {
      key: 'shared',
      title: t('tree.shared'),
      width: 180,
      ellipsis: true,
      render: of((trace) => (
        <>
          <Label>{t(`kinds.${trace.sharedKind}`)}</Label> {trace.sharedTitle}
        </>
      )),
    },
    { key: 'code', title: t('tree.code'), width: 200, render: of((trace) => <CopyText text={trace.code} />) },
    {
      key: 'children',
      title: t('tree.children'),
      width: 80,
      align: 'right',
      render: of((trace) => <Count value={trace.children} />),
    },
    {
      key: 'visitors',
      title: t('tree.visitors'),
      width: 80,
      align: 'right',
      render: of((trace) => <Count value={trace.visitors} />),
    },
    {
      key: 'registrations',
      title: t('tree.registrations'),
      width: 80,
      align: 'right',
      render: of((trace) => <Count value={trace.registrations} />),
    },
    {
      key: 'orders',
      title: t('tree.orders'),
      width: 80,
      align: 'right',
      render: of((trace) => <Count value={trace.orders} />),
    },
    {
      key: 'amount',
      title: t('tree.amount'),
      width: 120,
      align: 'right',
      render: of((trace) => <Money fen={trace.amountMinor} />),
    },
    {
      key: 'at',
      title: t('tree.createdAt'),
      width: 120,
      render: of((trace) => <When at={trace.createdAt} shape="date" />),
    },
    {
      key: 'poster',
      title: '',
      width: 80,
      align: 'right',
      render: of((trace) => (
        <Button type="text" size="small" onClick={() => showPoster(trace)}>
          {t('poster.open')}
        </Button>
      )),
    },
  ];
}

function NodeCell({ row, tree }: { readonly row: TraceRow<Trace>; readonly tree: OpenTree }) {
  const { t } = useTranslation('referral');
  const indent = { paddingLeft: Math.min(row.level, 12) * 20 };
  if (row.kind === 'more') {
    return (
      <span className={styles['node']} style={indent}>
        {tree.loading.has(row.parentId) ? (
          <Spin size="small" />
        ) : (
          <Button size="small" type="link" onClick={() => tree.more(row.parentId)}>
            {t('tree.more', { count: row.left })}
          </Button>
        )}
      </span>
    );
  }
  const { trace, isOpen } = row;
  return (
    <span className={styles['node']} style={indent}>
      {trace.children === 0 ? (
        <span className={styles['leafGap']} aria-hidden />
      ) : (
        <Button
          type="text"
          size="small"
          aria-expanded={isOpen}
          aria-label={t(isOpen ? 'tree.close' : 'tree.open', { name: trace.sharer })}
          icon={isOpen ? <DownOutlined /> : <RightOutlined />}
          onClick={() => tree.toggle(trace.traceId)}
        />
      )}
      <CustomerLink customerId={trace.sharerCustomerId} name={trace.sharer} />
      <span className={styles['depth']}>{t('tree.depth', { depth: trace.depth })}</span>
    </span>
  );
}
