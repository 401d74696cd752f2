import { listCategories } from '@shuke/server/contracts/catalog';
import { Alert, Button, Form, Input, Select, TreeSelect } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { Card } from '../../ui/page.tsx';
import { categoryChoices } from './category-tree.ts';
import { DetailBlocks } from './detail-blocks.tsx';
import { MediaField } from './media-field.tsx';
import type { Product, ProductContent } from './product-page.tsx';
import { SkuTable } from './sku-table.tsx';

import styles from './catalog.module.css';

interface ProductFormProps {
  readonly product: Product | null;
  readonly submit: (content: ProductContent) => Promise<unknown>;
}

type Basics = Pick<ProductContent, 'title' | 'subtitle' | 'code' | 'kind' | 'categoryId' | 'brandName'>;
type Rest = Pick<ProductContent, 'media' | 'details' | 'skus' | 'specNames'>;

function contentOf(product: Product | null): Rest {
  return {
    media: product === null ? [] : [...product.media],
    details: product === null ? [] : [...product.details],
    specNames: product === null ? [] : [...product.specNames],
    skus:
      product === null
        ? [{ code: '', listPriceFen: 0, salePriceFen: 0, isEnabled: true }]
        : product.skus.map(({ productId: _productId, components, ...sku }) => ({
            ...sku,
            components: [...components],
          })),
  };
}

/** Everything about a product, saved as one. */
export function ProductForm({ product, submit }: ProductFormProps) {
  const { t } = useTranslation('catalog');
  const may = useCan('catalog.write');
  const [form] = Form.useForm<Basics>();
  const [rest, setRest] = useState(() => contentOf(product));
  // A picture arrives while other fields are being filled in: it must not bring back what they were when it was chosen.
  const change = (part: Partial<Rest>) => setRest((now) => ({ ...now, ...part }));
  const [failure, setFailure] = useState<unknown>(null);
  const [running, setRunning] = useState(false);
  const [sending, setSending] = useState(false);
  const code = Form.useWatch('code', form) ?? product?.code ?? '';
  const save = async (basics: Basics) => {
    setRunning(true);
    setFailure(null);
    try {
      await submit({
        ...basics,
        ...rest,
        categoryId: basics.categoryId ?? null,
        attributes: product?.attributes ?? {},
        // A product without variants needs no second code to think of.
        skus: rest.skus.map((sku) => ({ ...sku, code: sku.code === '' ? basics.code : sku.code })),
      });
    } catch (error) {
      setFailure(error);
    } finally {
      setRunning(false);
    }
  };
  return (
    <Form<Basics>
      form={form}
      layout="vertical"
      disabled={!may}
      initialValues={{ kind: 'goods', subtitle: '', brandName: '', ...product }}
      onFinish={(basics) => void save(basics)}
    >
      <div style={{ display: 'grid', gap: 16 }}>
        <BasicsCard />
        <Card title={t('product.media')} hint={t('product.mediaHint')}>
          <MediaField
            disabled={!may}
            media={rest.media ?? []}
            onChange={(media) => change({ media })}
            onSending={setSending}
          />
        </Card>
        <Card title={t('sku.title')} hint={t('sku.hint')}>
          <SkuTable
            disabled={!may}
            productCode={code}
            specNames={rest.specNames ?? []}
            skus={rest.skus}
            onChange={(specNames, skus) => change({ specNames, skus })}
          />
        </Card>
        <Card title={t('product.details')} hint={t('product.detailsHint')}>
          <DetailBlocks disabled={!may} blocks={rest.details ?? []} onChange={(details) => change({ details })} />
        </Card>
        {failure === null ? null : <Alert type="error" showIcon title={errorText(failure)} />}
        {may ? (
          <div style={{ display: 'flex', justifyContent: 'flex-end' }}>
            <Button type="primary" size="large" htmlType="submit" loading={running} disabled={sending}>
              {t(product === null ? 'products.create' : 'save')}
            </Button>
          </div>
        ) : null}
      </div>
    </Form>
  );
}

function BasicsCard() {
  const { t } = useTranslation('catalog');
  const categories = useRead(listCategories, {}, { staleMs: 60_000 });
  return (
    <Card title={t('product.basics')}>
      <Form.Item name="title" label={t('product.title')} rules={[{ required: true }]}>
        <Input maxLength={120} showCount />
      </Form.Item>
      <Form.Item name="subtitle" label={t('product.subtitle')}>
        <Input maxLength={200} />
      </Form.Item>
      <div className={styles['pair']}>
        <Form.Item name="code" label={t('product.code')} rules={[{ required: true }]}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name="kind" label={t('product.kind')} rules={[{ required: true }]}>
          <Select
            options={(['goods', 'bundle', 'virtual', 'service', 'card'] as const).map((value) => ({
              value,
              label: t(`kinds.${value}`),
            }))}
          />
        </Form.Item>
        <Form.Item name="categoryId" label={t('product.category')}>
          <TreeSelect
            allowClear
            showSearch={{ treeNodeFilterProp: 'title' }}
            treeData={categoryChoices(categories.data?.items ?? [])}
          />
        </Form.Item>
        <Form.Item name="brandName" label={t('product.brandName')}>
          <Input maxLength={60} />
        </Form.Item>
      </div>
    </Card>
  );
}
