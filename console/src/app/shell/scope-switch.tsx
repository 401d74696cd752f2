import { ApartmentOutlined, DownOutlined } from '@ant-design/icons';
import { readTree } from '@shuke/server/contracts/org';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Input, Popover, Tree } from 'antd';
import type { TreeDataNode } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { findNode, orgNodes } from '../../features/org/org-tree.ts';
import type { OrgNode } from '../../features/org/org-tree.ts';
import { useRead } from '../../lib/query.ts';
import { useChosenScope } from '../../lib/scope.ts';
import type { ChosenScope } from '../../lib/scope.ts';
import { useCan } from '../../lib/session.ts';
import { matches } from './palette-match.ts';

import styles from './scope-switch.module.css';

/** Which region or store the lists and figures are about; the server narrows, so that no page can forget to. */
export function ScopeSwitch() {
  const { t } = useTranslation();
  const mayRead = useCan('org.read');
  const client = useQueryClient();
  const tree = useRead(readTree, {}, { enabled: mayRead, everyStore: true, staleMs: 300_000 });
  const root = useMemo(() => (tree.data === undefined ? null : orgNodes(tree.data)), [tree.data]);
  const [scope, setScope] = useChosenScope();
  const [open, setOpen] = useState(false);
  if (root === null || root.storeIds.length < 2) return null;
  const choose = (next: ChosenScope | null) => {
    setScope(next);
    setOpen(false);
    void client.invalidateQueries();
  };
  return (
    <Popover
      trigger="click"
      placement="bottomLeft"
      open={open}
      onOpenChange={setOpen}
      content={<ScopeTree root={root} chosen={scope?.node ?? root.key} onChoose={choose} />}
    >
      <Button className={styles['button'] ?? ''} data-narrowed={scope !== null} icon={<ApartmentOutlined />}>
        <span className="visually-hidden">{t('scope.title')}</span>
        <span className={styles['name']}>{scope?.name ?? t('scope.everything')}</span>
        <DownOutlined className={styles['arrow']} aria-hidden />
      </Button>
    </Popover>
  );
}

interface ScopeTreeProps {
  readonly root: OrgNode;
  readonly chosen: string;
  readonly onChoose: (scope: ChosenScope | null) => void;
}

function ScopeTree({ root, chosen, onChoose }: ScopeTreeProps) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const everything: TreeDataNode = {
    key: root.key,
    title: t('scope.everything'),
    children: root.children.flatMap((node) => shown(node, query)),
  };
  return (
    <div className={styles['tree']}>
      <Input
        allowClear
        placeholder={t('scope.search')}
        aria-label={t('scope.search')}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <Tree
        key={query}
        blockNode
        height={360}
        defaultExpandAll={query !== ''}
        defaultExpandedKeys={[root.key, ...root.children.map(({ key }) => key), chosen]}
        selectedKeys={[chosen]}
        treeData={[everything]}
        onSelect={(_keys, { node: { key } }) => {
          const found = findNode(root, String(key))?.node;
          if (found === undefined) return;
          onChoose(found === root ? null : { node: found.key, name: found.name, storeIds: found.storeIds });
        }}
      />
    </div>
  );
}

/** The node when it or anything below it fits the query; a node that fits keeps all that is below. */
function shown(node: OrgNode, query: string): TreeDataNode[] {
  const fits = query === '' || matches(node.name, query);
  const children = node.children.flatMap((child) => shown(child, fits ? '' : query));
  if (!fits && children.length === 0) return [];
  return [{ key: node.key, title: node.name, ...(children.length > 0 ? { children } : {}) }];
}
