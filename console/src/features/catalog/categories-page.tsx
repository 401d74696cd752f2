import { PlusOutlined } from '@ant-design/icons';
import { addCategory, changeCategory, listCategories, removeCategory } from '@shuke/server/contracts/catalog';
import { Button, Form, Input, InputNumber, Switch, Tree, TreeSelect } from 'antd';
import type { TreeDataNode } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { categoryChoices, categoryTree } from './category-tree.ts';
import type { Category, CategoryNode } from './category-tree.ts';

import styles from './catalog.module.css';

interface CategoryValues {
  readonly name: string;
  readonly parentId?: string | null;
  readonly position: number;
  readonly isHidden: boolean;
}

/** How products are arranged in the mall. */
export function CategoriesPage() {
  const { t } = useTranslation('catalog');
  const may = useCan('catalog.write');
  const categories = useRead(listCategories, {});
  const [editing, setEditing] = useState<Category | 'new' | null>(null);
  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
      {t('categories.create')}
    </Button>
  );
  if (categories.isPending) return <PageSkeleton />;
  if (categories.data === undefined)
    return <ErrorState error={categories.error} retry={() => void categories.refetch()} />;
  const { items } = categories.data;
  const branch = (node: CategoryNode): TreeDataNode => ({
    key: node.categoryId,
    title: <CategoryLine node={node} onEdit={may ? () => setEditing(node) : null} />,
    children: node.children.map((child) => branch(child)),
  });
  return (
    <Page
      title={t('categories.title')}
      purpose={t('categories.purpose')}
      actions={may && items.length > 0 ? create : undefined}
    >
      <Card>
        {items.length === 0 ? (
          <EmptyState
            title={t('categories.empty')}
            hint={t('categories.emptyHint')}
            action={may ? create : undefined}
          />
        ) : (
          <Tree
            blockNode
            defaultExpandAll
            selectable={false}
            treeData={categoryTree(items).map((node) => branch(node))}
          />
        )}
      </Card>
      <CategoryForm
        key={editing === null || editing === 'new' ? 'new' : editing.categoryId}
        open={editing !== null}
        category={editing === 'new' ? null : editing}
        categories={items}
        onClose={() => setEditing(null)}
      />
    </Page>
  );
}

function CategoryLine({ node, onEdit }: { readonly node: CategoryNode; readonly onEdit: (() => void) | null }) {
  const { t } = useTranslation('catalog');
  const remove = useWrite(removeCategory, { refreshes: [listCategories] });
  return (
    <span className={styles['node']}>
      <span>
        <Link to={`/products?categoryId=${node.categoryId}`}>{node.name}</Link>{' '}
        {node.isHidden ? <Label>{t('categories.hidden')}</Label> : null}
      </span>
      {onEdit === null ? null : (
        <>
          <Button type="text" size="small" onClick={onEdit}>
            {t('edit')}
          </Button>
          <ConfirmAction
            danger
            button={{ type: 'text', size: 'small' }}
            label={t('remove')}
            title={t('categories.removeTitle', { name: node.name })}
            consequence={t('categories.removeConsequence')}
            confirmLabel={t('remove')}
            run={() => remove.mutateAsync({ params: { categoryId: node.categoryId } })}
          />
        </>
      )}
    </span>
  );
}

interface CategoryFormProps {
  readonly open: boolean;
  readonly category: Category | null;
  readonly categories: readonly Category[];
  readonly onClose: () => void;
}

function CategoryForm({ open, category, categories, onClose }: CategoryFormProps) {
  const { t } = useTranslation('catalog');
  const add = useWrite(addCategory, { refreshes: [listCategories] });
  const change = useWrite(changeCategory, { refreshes: [listCategories] });
  const submit = async (values: CategoryValues) => {
    const body = { ...values, parentId: values.parentId ?? null };
    if (category === null) await add.mutateAsync({ body });
    else await change.mutateAsync({ params: { categoryId: category.categoryId }, body });
  };
  return (
    <FormDrawer<CategoryValues>
      title={t(category === null ? 'categories.create' : 'categories.edit')}
      open={open}
      onClose={onClose}
      submit={submit}
      initial={category ?? { position: categories.length, isHidden: false }}
    >
      <Form.Item name="name" label={t('categories.name')} rules={[{ required: true }]}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="parentId" label={t('categories.parent')}>
        <TreeSelect allowClear treeDefaultExpandAll treeData={categoryChoices(categories, category?.categoryId)} />
      </Form.Item>
      <Form.Item name="position" label={t('categories.position')} extra={t('categories.positionHint')}>
        <InputNumber min={0} max={100_000} precision={0} />
      </Form.Item>
      <Form.Item name="isHidden" label={t('categories.hide')} valuePropName="checked">
        <Switch />
      </Form.Item>
    </FormDrawer>
  );
}
