import { listLocations, listStock } from '@shuke/server/contracts/catalog';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useList, useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { Count } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { LocationsDrawer } from './locations-drawer.tsx';
import { specText } from './spec-text.ts';
import { StockForm } from './stock-form.tsx';
import { StockMoves } from './stock-moves.tsx';

export type StockRow = Reply<typeof listStock>['items'][number];

/** What is where, scarcest first. */
export function StockPage() {
  const { t } = useTranslation('catalog');
  const may = useCan('catalog.write');
  const locations = useRead(listLocations, {}, { staleMs: 60_000 });
  const [managing, setManaging] = useState(false);
  const filters: Filter[] = [
    {
      kind: 'choice',
      key: 'locationId',
      label: t('stock.location'),
      options: (locations.data?.items ?? []).map(({ locationId, name }) => ({
        value: String(locationId),
        label: name,
      })),
    },
    {
      kind: 'choice',
      key: 'availableMax',
      label: t('stock.scarce'),
      options: ['0', '5', '10', '50'].map((value) => ({
        value,
        label: value === '0' ? t('stock.none') : t('stock.atMost', { count: Number(value) }),
      })),
    },
  ];
  const filterState = useFilters(filters);
  const list = useList(listStock, { query: { ...filterState.values, limit: 50 } });
  const columns = useStockColumns();
  const locationsButton = <Button onClick={() => setManaging(true)}>{t('locations.title')}</Button>;
  return (
    <>
      <ListPage<StockRow>
        name="stock"
        title={t('stock.title')}
        purpose={t('stock.purpose')}
        actions={may ? locationsButton : undefined}
        filters={filters}
        filterState={filterState}
        columns={columns}
        list={list}
        rowKey={(row) => `${row.skuId} ${row.locationId}`}
        empty={{ title: t('stock.empty'), hint: t('stock.emptyHint'), action: may ? locationsButton : undefined }}
      />
      <LocationsDrawer open={managing} onClose={() => setManaging(false)} />
    </>
  );
}

/** Columns of a stock list with its actions. */
export function useStockColumns(): Column<StockRow>[] {
  const { t } = useTranslation('catalog');
  const may = useCan('catalog.write');
  return [
    {
      key: 'title',
      title: t('product.product'),
      render: (row) => <Link to={`/products/${row.productId}?tab=stock`}>{row.title}</Link>,
    },
    { key: 'spec', title: t('sku.title'), render: (row) => specText(row.spec) || row.code },
    { key: 'code', title: t('sku.code'), render: (row) => <span className="mono">{row.code}</span>, optional: true },
    { key: 'location', title: t('stock.location'), render: (row) => row.locationName },
    { key: 'onHand', title: t('stock.onHand'), align: 'right', render: (row) => <Count value={row.onHand} /> },
    { key: 'reserved', title: t('stock.reserved'), align: 'right', render: (row) => <Count value={row.reserved} /> },
    {
      key: 'available',
      title: t('stock.available'),
      align: 'right',
      render: (row) =>
        row.available <= 0 ? <Label tone="bad">{row.available}</Label> : <Count value={row.available} />,
    },
    { key: 'act', title: '', align: 'right', render: (row) => <StockActions row={row} may={may} /> },
  ];
}

function StockActions({ row, may }: { readonly row: StockRow; readonly may: boolean }) {
  const { t } = useTranslation('catalog');
  const [open, setOpen] = useState<'change' | 'count' | 'moves' | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      {may ? (
        <>
          <Button type="text" size="small" onClick={() => setOpen('change')}>
            {t('stock.change')}
          </Button>
          <Button type="text" size="small" onClick={() => setOpen('count')}>
            {t('stock.count')}
          </Button>
        </>
      ) : null}
      <Button type="text" size="small" onClick={() => setOpen('moves')}>
        {t('stock.moves')}
      </Button>
      {open === 'change' || open === 'count' ? <StockForm mode={open} row={row} onClose={close} /> : null}
      {open === 'moves' ? <StockMoves row={row} onClose={close} /> : null}
    </>
  );
}
