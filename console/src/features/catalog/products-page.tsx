import { PlusOutlined } from '@ant-design/icons';
import { listCategories, listProducts, setProductStatus } from '@shuke/server/contracts/catalog';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useList, useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { Count, Money, When, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import type { BulkActionsProps } from '../../ui/list-page.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { ProductPicture } from './product-picture.tsx';

import styles from './catalog.module.css';

export type ProductSummary = Reply<typeof listProducts>['items'][number];

/** Colour of a product's status. */
export const productTone = { draft: 'neutral', on_sale: 'good', off_sale: 'warn' } as const;

/** Everything we sell. */
export function ProductsPage() {
  const { t } = useTranslation('catalog');
  const mayWrite = useCan('catalog.write');
  const categories = useRead(listCategories, {}, { staleMs: 60_000 });
  const categoryNames = new Map(categories.data?.items.map(({ categoryId, name }) => [categoryId, name]));
  const filters: Filter[] = [
    { kind: 'search', key: 'search', label: t('products.search'), placeholder: t('products.searchPlaceholder') },
    {
      kind: 'choice',
      key: 'status',
      label: t('product.status'),
      options: (['draft', 'on_sale', 'off_sale'] as const).map((value) => ({ value, label: t(`statuses.${value}`) })),
    },
    {
      kind: 'choice',
      key: 'categoryId',
      label: t('product.category'),
      options: (categories.data?.items ?? []).map(({ categoryId, name }) => ({ value: categoryId, label: name })),
    },
    {
      kind: 'choice',
      key: 'sort',
      label: t('products.sort'),
      options: (['newest', 'price', 'price_desc', 'sold'] as const).map((value) => ({
        value,
        label: t(`sorts.${value}`),
      })),
    },
  ];
  const filterState = useFilters(filters);
  const { status, sort, ...others } = filterState.values;
  const list = useList(listProducts, {
    query: {
      ...others,
      status: status as ProductSummary['status'] | undefined,
      sort: sort as 'newest' | 'price' | 'price_desc' | 'sold' | undefined,
      limit: 50,
    },
  });
  const create = (
    <Link to="/products/new">
      <Button type="primary" icon={<PlusOutlined />}>
        {t('products.create')}
      </Button>
    </Link>
  );
  const columns: Column<ProductSummary>[] = [
    {
      key: 'title',
      title: t('product.product'),
      render: (product) => (
        <span className={styles['product']}>
          <ProductPicture fileId={product.mediaFileId} />
          <span className={styles['texts']}>
            <Link to={`/products/${product.productId}`}>{product.title}</Link>
            <span className={styles['quiet']}>{product.code}</span>
          </span>
        </span>
      ),
    },
    { key: 'kind', title: t('product.kind'), render: (product) => t(`kinds.${product.kind}`), optional: true },
    {
      key: 'category',
      title: t('product.category'),
      render: (product) => orDash(product.categoryId === null ? null : categoryNames.get(product.categoryId)),
    },
    { key: 'price', title: t('product.price'), align: 'right', render: (product) => <PriceRange product={product} /> },
    {
      key: 'available',
      title: t('product.available'),
      align: 'right',
      render: (product) => <Count value={product.available} />,
    },
    {
      key: 'sold',
      title: t('product.sold'),
      align: 'right',
      render: (product) => <Count value={product.soldQuantity} />,
    },
    {
      key: 'status',
      title: t('product.status'),
      render: (product) => <StatusTag tone={productTone[product.status]}>{t(`statuses.${product.status}`)}</StatusTag>,
    },
    {
      key: 'updatedAt',
      title: t('product.updatedAt'),
      render: (product) => <When at={product.updatedAt} shape="relative" />,
    },
  ];
  return (
    <ListPage<ProductSummary>
      name="products"
      title={t('products.title')}
      purpose={t('products.purpose')}
      actions={mayWrite ? create : undefined}
      filters={filters}
      filterState={filterState}
      columns={columns}
      list={list}
      rowKey={(product) => product.productId}
      rowPath={(product) => `/products/${product.productId}`}
      bulkActions={mayWrite ? BulkStatus : undefined}
      empty={{ title: t('products.empty'), hint: t('products.emptyHint'), action: mayWrite ? create : undefined }}
    />
  );
}

function PriceRange({ product }: { readonly product: ProductSummary }) {
  if (product.minPriceFen === null) return orDash(null);
  if (product.minPriceFen === product.maxPriceFen) return <Money fen={product.minPriceFen} />;
  return (
    <span>
      <Money fen={product.minPriceFen} /> – <Money fen={product.maxPriceFen} />
    </span>
  );
}

function BulkStatus({ rows, done }: BulkActionsProps<ProductSummary>) {
  const { t } = useTranslation('catalog');
  const { message } = App.useApp();
  const setStatus = useWrite(setProductStatus, { refreshes: [listProducts] });
  const put = (status: 'on_sale' | 'off_sale') => async () => {
    for (const { productId } of rows) await setStatus.mutateAsync({ params: { productId }, body: { status } });
    done();
    void message.success(t('products.changed', { count: rows.length }));
  };
  return (
    <>
      {(['on_sale', 'off_sale'] as const).map((status) => (
        <ConfirmAction
          key={status}
          button={{ size: 'small' }}
          label={t(`act.${status}`)}
          title={t(`act.${status}`)}
          consequence={t(`actConsequences.${status}`, { count: rows.length })}
          confirmLabel={t(`act.${status}`)}
          run={put(status)}
        />
      ))}
    </>
  );
}
