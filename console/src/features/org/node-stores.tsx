import { Button, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useCan } from '../../lib/session.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { Label, StatusTag } from '../../ui/status-tag.tsx';
import { BrandForm } from './brand-form.tsx';
import type { Brand, OrgNode, OrgTree, Region, Store } from './org-tree.ts';
import { RegionForm } from './region-form.tsx';
import { StoreForm } from './store-form.tsx';

const pageSize = 50;
const statusTone = { open: 'good', paused: 'warn', closed: 'neutral' } as const;

interface NodeStoresProps {
  readonly tree: OrgTree;
  readonly node: OrgNode;
  readonly path: readonly string[];
}

/** The stores at or below a node, and the node's own settings. */
export function NodeStores({ tree, node, path }: NodeStoresProps) {
  const { t } = useTranslation('org');
  const mayWrite = useCan('org.write');
  const [status, setStatus] = useState<Store['status'] | null>(null);
  const [page, setPage] = useState({ key: node.key, index: 0 });
  const [editing, setEditing] = useState<Store | null>(null);
  const below = useMemo(() => {
    const ids = new Set(node.storeIds);
    return tree.stores.filter((store) => ids.has(store.storeId) && (status === null || store.status === status));
  }, [tree, node, status]);
  const index = page.key === node.key ? Math.min(page.index, Math.floor(Math.max(below.length - 1, 0) / pageSize)) : 0;
  const regionNames = new Map(tree.regions.map(({ regionId, name }) => [regionId, name]));
  const columns: Column<Store>[] = [
    {
      key: 'name',
      title: t('store.name'),
      render: (store) =>
        mayWrite ? (
          <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={() => setEditing(store)}>
            {store.name}
          </Button>
        ) : (
          store.name
        ),
    },
    { key: 'code', title: t('store.code'), render: (store) => <span className="mono">{store.code}</span> },
    { key: 'kind', title: t('store.kind'), render: (store) => <Label>{t(`store.kinds.${store.kind}`)}</Label> },
    {
      key: 'region',
      title: t('store.region'),
      render: (store) => (store.regionId === null ? '—' : (regionNames.get(store.regionId) ?? '—')),
    },
    {
      key: 'city',
      title: t('store.address'),
      render: (store) => [store.province, store.city, store.district].filter(Boolean).join(' ') || '—',
    },
    {
      key: 'status',
      title: t('store.status'),
      render: (store) => <StatusTag tone={statusTone[store.status]}>{t(`store.statuses.${store.status}`)}</StatusTag>,
    },
  ];
  return (
    <Card
      flush
      title={path.join(' / ')}
      hint={t('organisation.storesBelow', { count: node.storeIds.length })}
      extra={
        <div style={{ display: 'flex', gap: 8 }}>
          <Select
            aria-label={t('store.status')}
            allowClear
            placeholder={t('store.status')}
            style={{ minWidth: 120 }}
            value={status}
            options={(['open', 'paused', 'closed'] as const).map((value) => ({
              value,
              label: t(`store.statuses.${value}`),
            }))}
            onChange={(value: Store['status'] | undefined) => setStatus(value ?? null)}
          />
          {mayWrite ? <NodeSettings tree={tree} node={node} /> : null}
        </div>
      }
    >
      <DataTable<Store>
        label={t('organisation.stores')}
        columns={columns}
        rowKey={(store) => store.storeId}
        list={{
          rows: below.slice(index * pageSize, (index + 1) * pageSize),
          isLoading: false,
          isRefreshing: false,
          error: null,
          retry: () => undefined,
          total: below.length,
          pageIndex: index,
          hasPrevious: index > 0,
          hasNext: (index + 1) * pageSize < below.length,
          previous: () => setPage({ key: node.key, index: index - 1 }),
          next: () => setPage({ key: node.key, index: index + 1 }),
        }}
        empty={<EmptyState title={t('organisation.noStores')} hint={t('organisation.noStoresHint')} />}
      />
      <StoreForm open={editing !== null} store={editing} tree={tree} onClose={() => setEditing(null)} />
    </Card>
  );
}

function NodeSettings({ tree, node }: { readonly tree: OrgTree; readonly node: OrgNode }) {
  const { t } = useTranslation('org');
  const [brand, setBrand] = useState<Brand | null>(null);
  const [region, setRegion] = useState<Region | null>(null);
  if (node.kind !== 'brand' && node.kind !== 'region') return null;
  const edit = () => {
    if (node.kind === 'brand') setBrand(tree.brands.find(({ brandId }) => brandId === node.id) ?? null);
    else setRegion(tree.regions.find(({ regionId }) => regionId === node.id) ?? null);
  };
  return (
    <>
      <Button onClick={edit}>{t(node.kind === 'brand' ? 'brand.edit' : 'region.edit')}</Button>
      <BrandForm open={brand !== null} brand={brand} onClose={() => setBrand(null)} />
      <RegionForm open={region !== null} region={region} tree={tree} onClose={() => setRegion(null)} />
    </>
  );
}
