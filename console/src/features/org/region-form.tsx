import { addRegion, changeRegion, readTree } from '@shuke/server/contracts/org';
import { Form, Input, TreeSelect } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { orgNodes } from './org-tree.ts';
import type { OrgNode, OrgTree, Region } from './org-tree.ts';

interface RegionValues {
  readonly name: string;
  /** `brand:1` or `region:2`. */
  readonly parent: string;
}

interface RegionFormProps {
  readonly open: boolean;
  readonly region: Region | null;
  readonly tree: OrgTree;
  readonly onClose: () => void;
}

interface Choice {
  readonly value: string;
  readonly title: string;
  readonly children: Choice[];
}

function choices(node: OrgNode, without: string): Choice[] {
  if (node.kind === 'store' || node.key === without) return [];
  const children = node.children.flatMap((child) => choices(child, without));
  return node.kind === 'tenant' ? children : [{ value: node.key, title: node.name, children }];
}

function parentOf({ parentRegionId, brandId }: Region): string {
  return parentRegionId === null ? `brand:${brandId}` : `region:${parentRegionId}`;
}

/** Adds a region, renames one, or moves it with everything below it. */
export function RegionForm({ open, region, tree, onClose }: RegionFormProps) {
  const { t } = useTranslation('org');
  const add = useWrite(addRegion, { refreshes: [readTree] });
  const change = useWrite(changeRegion, { refreshes: [readTree] });
  const parents = useMemo(
    () => choices(orgNodes(tree), region === null ? '' : `region:${region.regionId}`),
    [tree, region],
  );
  const submit = async ({ name, parent }: RegionValues) => {
    const [kind, id] = parent.split(':');
    const parentRegionId = kind === 'region' ? Number(id) : null;
    if (region !== null) {
      await change.mutateAsync({ params: { regionId: region.regionId }, body: { name, parentRegionId } });
      return;
    }
    const brandId =
      kind === 'brand' ? Number(id) : tree.regions.find(({ regionId }) => regionId === Number(id))?.brandId;
    if (brandId === undefined) return;
    await add.mutateAsync({ body: { name, brandId, parentRegionId } });
  };
  return (
    <FormDrawer<RegionValues>
      title={t(region === null ? 'organisation.addRegion' : 'region.edit')}
      open={open}
      onClose={onClose}
      submit={submit}
      initial={{ name: region?.name ?? '', parent: region === null ? (parents[0]?.value ?? '') : parentOf(region) }}
    >
      <Form.Item name="name" label={t('region.name')} rules={[{ required: true }]}>
        <Input maxLength={80} placeholder={t('region.namePlaceholder')} />
      </Form.Item>
      <Form.Item
        name="parent"
        label={t('region.parent')}
        rules={[{ required: true }]}
        extra={region === null ? undefined : t('region.moveHint')}
      >
        <TreeSelect treeData={parents} treeDefaultExpandAll showSearch treeNodeFilterProp="title" />
      </Form.Item>
    </FormDrawer>
  );
}
