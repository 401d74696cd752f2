import {
  changeProduct,
  createProduct,
  findProduct,
  listProducts,
  setProductStatus,
} from '@shuke/server/contracts/catalog';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';

import type { CallInput, Reply } from '../../lib/api.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DetailPage } from '../../ui/detail-page.tsx';
import { Page } from '../../ui/page.tsx';
import { ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { ProductForm } from './product-form.tsx';
import { ProductStock } from './product-stock.tsx';
import { productTone } from './products-page.tsx';
import { SpecialPrices } from './special-prices.tsx';

export type Product = Reply<typeof findProduct>;
export type ProductContent = CallInput<typeof createProduct>['body'];

/** A product that does not exist yet. */
export function NewProductPage() {
  const { t } = useTranslation('catalog');
  const navigate = useNavigate();
  const create = useWrite(createProduct, {
    refreshes: [listProducts],
    onDone: ({ productId }) => void navigate(`/products/${productId}`, { replace: true }),
  });
  return (
    <Page
      title={t('products.create')}
      purpose={t('products.createPurpose')}
      back={{ label: t('products.title'), path: '/products' }}
    >
      <ProductForm product={null} submit={(body) => create.mutateAsync({ body })} />
    </Page>
  );
}

/** One product: content, prices, stock. */
export function ProductPage() {
  const { t } = useTranslation('catalog');
  const { productId = '' } = useParams();
  const { message } = App.useApp();
  const answer = useRead(findProduct, { params: { productId } });
  const change = useWrite(changeProduct, {
    refreshes: [findProduct, listProducts],
    onDone: () => void message.success(t('product.saved')),
  });
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const product = answer.data;
  return (
    <DetailPage
      title={product.title}
      badges={<StatusTag tone={productTone[product.status]}>{t(`statuses.${product.status}`)}</StatusTag>}
      back={{ label: t('products.title'), path: '/products' }}
      actions={<StatusActions product={product} />}
      tabs={[
        {
          key: 'content',
          label: t('product.content'),
          content: (
            <ProductForm
              key={product.updatedAt}
              product={product}
              submit={(body) => change.mutateAsync({ params: { productId }, body })}
            />
          ),
        },
        { key: 'prices', label: t('prices.title'), content: <SpecialPrices product={product} /> },
        { key: 'stock', label: t('stock.title'), content: <ProductStock product={product} /> },
      ]}
    />
  );
}

function StatusActions({ product }: { readonly product: Product }) {
  const { t } = useTranslation('catalog');
  const may = useCan('catalog.write');
  const setStatus = useWrite(setProductStatus, { refreshes: [findProduct, listProducts] });
  if (!may) return null;
  const next = product.status === 'on_sale' ? 'off_sale' : 'on_sale';
  return (
    <ConfirmAction
      danger={next === 'off_sale'}
      button={{ type: next === 'on_sale' ? 'primary' : 'default' }}
      label={t(`act.${next}`)}
      title={t(`act.${next}`)}
      consequence={t(`actConsequences.${next}`, { count: 1 })}
      confirmLabel={t(`act.${next}`)}
      run={() => setStatus.mutateAsync({ params: { productId: product.productId }, body: { status: next } })}
    />
  );
}
