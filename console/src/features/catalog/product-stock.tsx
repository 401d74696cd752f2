import { listLocations, listStock } from '@shuke/server/contracts/catalog';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useList, useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { LocationForm } from './locations-drawer.tsx';
import type { Product } from './product-page.tsx';
import { specText } from './spec-text.ts';
import { StockForm } from './stock-form.tsx';
import { useStockColumns } from './stock-page.tsx';
import type { StockRow } from './stock-page.tsx';

/** Where a product's variants are, and the first booking of a variant at a place. */
export function ProductStock({ product }: { readonly product: Product }) {
  const { t } = useTranslation('catalog');
  const may = useCan('catalog.write');
  const list = useList(listStock, { query: { productId: product.productId, limit: 100 } });
  const columns = useStockColumns().filter(({ key }) => key !== 'title');
  return (
    <Card flush title={t('stock.title')} extra={may ? <FirstBooking product={product} /> : undefined}>
      <DataTable<StockRow>
        label={t('stock.title')}
        columns={columns}
        rowKey={(row) => `${row.skuId} ${row.locationId}`}
        list={list}
        empty={<EmptyState compact title={t('stock.empty')} hint={t('stock.emptyHint')} />}
      />
    </Card>
  );
}

function FirstBooking({ product }: { readonly product: Product }) {
  const { t } = useTranslation('catalog');
  const locations = useRead(listLocations, {}, { staleMs: 60_000 });
  const [skuId, setSkuId] = useState(product.skus[0]?.skuId ?? null);
  const [locationId, setLocationId] = useState<number | null>(null);
  const [booking, setBooking] = useState(false);
  const place = locations.data?.items.find(
    (one) => one.locationId === (locationId ?? locations.data.items[0]?.locationId),
  );
  const sku = product.skus.find((one) => one.skuId === skuId);
  if (locations.data?.items.length === 0) return <FirstLocation />;
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
      <Select
        aria-label={t('sku.title')}
        style={{ minWidth: 140 }}
        value={skuId}
        options={product.skus.map((one) => ({ value: one.skuId, label: specText(one.spec) || one.code }))}
        onChange={setSkuId}
      />
      <Select
        aria-label={t('stock.location')}
        style={{ minWidth: 140 }}
        placeholder={t('stock.location')}
        value={place?.locationId ?? null}
        options={(locations.data?.items ?? []).map((one) => ({ value: one.locationId, label: one.name }))}
        onChange={setLocationId}
      />
      <Button type="primary" disabled={place === undefined || sku === undefined} onClick={() => setBooking(true)}>
        {t('stock.change')}
      </Button>
      {booking && place !== undefined && sku !== undefined ? (
        <StockForm
          mode="change"
          row={{
            skuId: sku.skuId,
            locationId: place.locationId,
            locationName: place.name,
            title: product.title,
            spec: sku.spec,
            onHand: null,
          }}
          onClose={() => setBooking(false)}
        />
      ) : null}
    </div>
  );
}

/** Without a place there is nowhere to book goods in. */
function FirstLocation() {
  const { t } = useTranslation('catalog');
  const [making, setMaking] = useState(false);
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 12 }}>
      <span>{t('locations.emptyHint')}</span>
      <Button type="primary" onClick={() => setMaking(true)}>
        {t('locations.create')}
      </Button>
      {making ? <LocationForm location={null} onClose={() => setMaking(false)} /> : null}
    </div>
  );
}
