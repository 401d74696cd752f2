import { PlusOutlined } from '@ant-design/icons';
import { readTree } from '@shuke/server/contracts/org';
import { Button, Dropdown, Input, Tree } from 'antd';
import type { TreeDataNode } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useUrlState } from '../../lib/url-state.ts';
import { FigureRow } from '../../ui/figure-card.tsx';
import { Count } from '../../ui/formatted.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { BrandForm } from './brand-form.tsx';
import { NodeStores } from './node-stores.tsx';
import { findNode, orgNodes } from './org-tree.ts';
import type { OrgNode, OrgTree } from './org-tree.ts';
import { RegionForm } from './region-form.tsx';
import { StoreForm } from './store-form.tsx';

import styles from './organisation-page.module.css';

/** Headquarters, brands, regions and stores: the tree that decides who sees what. */
export function OrganisationPage() {
  const { t } = useTranslation('org');
  const tree = useRead(readTree, {}, { everyStore: true });
  if (tree.isPending) return <PageSkeleton />;
  if (tree.data === undefined) return <ErrorState error={tree.error} retry={() => void tree.refetch()} />;
  const { brands, regions, stores } = tree.data;
  const open = stores.filter(({ kind, status }) => kind === 'store' && status === 'open').length;
  return (
    <Page title={t('organisation.title')} purpose={t('organisation.purpose')} actions={<AddMenu tree={tree.data} />}>
      <FigureRow
        figures={[
          { label: t('organisation.brands'), value: <Count value={brands.length} /> },
          { label: t('organisation.regions'), value: <Count value={regions.length} /> },
          {
            label: t('organisation.stores'),
            value: <Count value={stores.filter(({ kind }) => kind === 'store').length} />,
            note: t('organisation.openNow', { count: open }),
          },
          {
            label: t('organisation.outlets'),
            value: <Count value={stores.filter(({ kind }) => kind === 'outlet').length} />,
          },
        ]}
      />
      <Explorer tree={tree.data} />
    </Page>
  );
}

function Explorer({ tree }: { readonly tree: OrgTree }) {
  const { t } = useTranslation('org');
  const [search, change] = useUrlState();
  const [query, setQuery] = useState('');
  const root = useMemo(() => orgNodes(tree), [tree]);
  const chosen = findNode(root, search.get('node') ?? root.key) ?? { node: root, path: [root.name] };
  return (
    <div className={styles['explorer']}>
      <Card title={t('organisation.structure')}>
        <Input
          allowClear
          className={styles['search'] ?? ''}
          placeholder={t('organisation.searchTree')}
          aria-label={t('organisation.searchTree')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <Tree
          key={query}
          blockNode
          height={520}
          defaultExpandAll={query !== '' || root.storeIds.length < 40}
          defaultExpandedKeys={[root.key, ...root.children.map(({ key }) => key)]}
          selectedKeys={[chosen.node.key]}
          treeData={branch(root, query.trim().toLowerCase())}
          onSelect={(_keys, { node }) => change({ node: node.key === root.key ? null : String(node.key) }, 'push')}
        />
      </Card>
      <NodeStores tree={tree} node={chosen.node} path={chosen.path} />
    </div>
  );
}

/** Regions and brands only: the stores are listed beside the tree. */
function branch(node: OrgNode, query: string): TreeDataNode[] {
  if (node.kind === 'store') return [];
  const fits = query === '' || node.name.toLowerCase().includes(query);
  const children = node.children.flatMap((child) => branch(child, fits ? '' : query));
  if (!fits && children.length === 0) return [];
  return [
    {
      key: node.key,
      title: (
        <span className={styles['node']}>
          <span className={styles['name']}>{node.name}</span>
          <span className={styles['count']}>{node.storeIds.length}</span>
        </span>
      ),
      ...(children.length > 0 ? { children } : {}),
    },
  ];
}

type Adding = 'brand' | 'region' | 'store';

function AddMenu({ tree }: { readonly tree: OrgTree }) {
  const { t } = useTranslation('org');
  const [search, change] = useUrlState();
  const mayWrite = useCan('org.write');
  if (!mayWrite) return null;
  const adding = search.get('new') as Adding | null;
  const close = () => change({ new: null });
  const add = (what: Adding) => change({ new: what });
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'brand', label: t('organisation.addBrand'), onClick: () => add('brand') },
            {
              key: 'region',
              label: t('organisation.addRegion'),
              onClick: () => add('region'),
              disabled: tree.brands.length === 0,
            },
          ],
        }}
      >
        <Button>{t('organisation.addMore')}</Button>
      </Dropdown>
      <Button type="primary" icon={<PlusOutlined />} disabled={tree.brands.length === 0} onClick={() => add('store')}>
        {t('organisation.addStore')}
      </Button>
      <BrandForm open={adding === 'brand'} brand={null} onClose={close} />
      <RegionForm open={adding === 'region'} region={null} tree={tree} onClose={close} />
      <StoreForm open={adding === 'store'} store={null} tree={tree} onClose={close} />
    </>
  );
}
