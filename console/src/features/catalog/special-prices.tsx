import { listPrices, setPrices } from '@shuke/server/contracts/catalog';
import { Button, DatePicker, Form, Select, TreeSelect } from 'antd';
import dayjs from 'dayjs';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { FenInput } from '../../ui/fen-input.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Money, When, orDash } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { rowsOf } from '../../ui/table-rows.ts';
import { useTierChoices, useTierName } from '../loyalty/tier-choices.ts';
import type { Product } from './product-page.tsx';
import { useRegionChoices } from './region-choices.ts';
import { specText } from './spec-text.ts';

type Price = Reply<typeof listPrices>['items'][number];

/** Prices of a product's variants for a time, a member tier or a region. */
export function SpecialPrices({ product }: { readonly product: Product }) {
  const { t } = useTranslation('catalog');
  const [skuId, setSkuId] = useState(product.skus[0]?.skuId ?? '');
  return (
    <Card
      flush
      title={t('prices.title')}
      hint={t('prices.hint')}
      extra={
        <Select
          aria-label={t('sku.title')}
          style={{ minWidth: 220 }}
          value={skuId}
          options={product.skus.map((sku) => ({ value: sku.skuId, label: specText(sku.spec) || sku.code }))}
          onChange={setSkuId}
        />
      }
    >
      {skuId === '' ? null : <SkuPrices key={skuId} skuId={skuId} />}
    </Card>
  );
}

interface PriceValues {
  readonly kind: Price['kind'];
  readonly amountFen: number;
  readonly tierCode?: string;
  readonly regionId?: number;
  readonly period?: [Dayjs | null, Dayjs | null] | null;
}

function SkuPrices({ skuId }: { readonly skuId: string }) {
  const { t } = useTranslation('catalog');
  const tierName = useTierName();
  const may = useCan('catalog.write');
  const prices = useRead(listPrices, { params: { skuId } });
  const save = useWrite(setPrices, { refreshes: [listPrices] });
  const [adding, setAdding] = useState(false);
  const current = (prices.data?.items ?? []).map(({ priceId: _priceId, ...price }) => price);
  const regions = useRegionChoices();
  const replace = (next: Omit<Price, 'priceId'>[]) => save.mutateAsync({ params: { skuId }, body: { prices: next } });
  const add = ({ period, ...price }: PriceValues) =>
    replace([
      ...current,
      {
        ...price,
        ...(period?.[0] ? { startsAt: period[0].toISOString() } : {}),
        ...(period?.[1] ? { endsAt: period[1].toISOString() } : {}),
      },
    ]);
  return (
    <>
      <DataTable<Price>
        label={t('prices.title')}
        rowKey={(price) => price.priceId}
        columns={[
          { key: 'kind', title: t('prices.kind'), render: (price) => t(`priceKinds.${price.kind}`) },
          {
            key: 'for',
            title: t('prices.for'),
            render: (price) =>
              orDash(price.tierCode ? tierName(price.tierCode) : regions.names.get(price.regionId ?? 0)),
          },
          {
            key: 'amount',
            title: t('prices.amount'),
            align: 'right',
            render: (price) => <Money fen={price.amountFen} />,
          },
          { key: 'from', title: t('prices.from'), render: (price) => <When at={price.startsAt} /> },
          { key: 'to', title: t('prices.to'), render: (price) => <When at={price.endsAt} /> },
          {
            key: 'act',
            title: '',
            align: 'right',
            render: (price) =>
              may ? (
                <Button
                  type="text"
                  size="small"
                  danger
                  loading={save.isPending}
                  onClick={() =>
                    save.mutate({
                      params: { skuId },
                      body: {
                        prices: (prices.data?.items ?? [])
                          .filter(({ priceId }) => priceId !== price.priceId)
                          .map(({ priceId: _priceId, ...one }) => one),
                      },
                    })
                  }
                >
                  {t('remove')}
                </Button>
              ) : null,
          },
        ]}
        list={rowsOf(prices, ({ items }) => items)}
        empty={<EmptyState compact title={t('prices.none')} hint={t('prices.noneHint')} />}
      />
      {may ? (
        <div style={{ padding: '12px 20px 20px' }}>
          <Button onClick={() => setAdding(true)}>{t('prices.add')}</Button>
        </div>
      ) : null}
      <FormDrawer<PriceValues>
        title={t('prices.add')}
        open={adding}
        onClose={() => setAdding(false)}
        submit={add}
        initial={{ kind: 'sale' }}
      >
        <PriceFields regions={regions.choices} />
      </FormDrawer>
    </>
  );
}

function PriceFields({ regions }: { readonly regions: ReturnType<typeof useRegionChoices>['choices'] }) {
  const { t } = useTranslation('catalog');
  const kind: unknown = Form.useWatch('kind');
  const tiers = useTierChoices();
  return (
    <>
      <Form.Item name="kind" label={t('prices.kind')} rules={[{ required: true }]}>
        <Select
          options={(['sale', 'member', 'region'] as const).map((value) => ({ value, label: t(`priceKinds.${value}`) }))}
        />
      </Form.Item>
      {kind === 'member' ? (
        <Form.Item name="tierCode" label={t('prices.tierCode')} rules={[{ required: true }]}>
          <Select options={[...tiers]} notFoundContent={t('prices.noTiers')} />
        </Form.Item>
      ) : null}
      {kind === 'region' ? (
        <Form.Item name="regionId" label={t('prices.region')} rules={[{ required: true }]}>
          <TreeSelect treeData={regions} treeDefaultExpandAll />
        </Form.Item>
      ) : null}
      <Form.Item name="amountFen" label={t('prices.amount')} rules={[{ required: true }]}>
        <FenInput />
      </Form.Item>
      <Form.Item name="period" label={t('prices.period')} extra={t('prices.periodHint')}>
        <DatePicker.RangePicker showTime allowEmpty={[true, true]} minDate={dayjs()} style={{ width: '100%' }} />
      </Form.Item>
    </>
  );
}
