import { listRoles } from '@shuke/server/contracts/org';
import { Form, Select, TreeSelect } from 'antd';
import { useTranslation } from 'react-i18next';

import { useRead } from '../../lib/query.ts';
import { useOrgRoot } from './node-names.ts';
import type { NodeKind, OrgNode } from './org-tree.ts';

export interface RoleValues {
  readonly roleCode: string;
  /** `region:3`. */
  readonly node: string;
}

interface Choice {
  readonly value: string;
  readonly title: string;
  readonly children: Choice[];
}

function choice(node: OrgNode): Choice {
  return { value: node.key, title: node.name, children: node.children.map((child) => choice(child)) };
}

/** The contract's form of a chosen role and node. */
export function assignmentOf({ roleCode, node }: RoleValues): { roleCode: string; nodeKind: NodeKind; nodeId: number } {
  const [kind = 'tenant', id = '0'] = node.split(':');
  return { roleCode, nodeKind: kind as NodeKind, nodeId: Number(id) };
}

/** Which role, and from where in the organisation downward. */
export function RoleFields({ required = true }: { readonly required?: boolean }) {
  const { t } = useTranslation('org');
  const roles = useRead(listRoles, {}, { staleMs: 60_000 });
  const root = useOrgRoot();
  return (
    <>
      <Form.Item name="roleCode" label={t('staff.role')} rules={[{ required }]}>
        <Select
          allowClear={!required}
          showSearch={{ optionFilterProp: 'label' }}
          loading={roles.isPending}
          options={(roles.data?.items ?? []).map(({ roleCode, name }) => ({ value: roleCode, label: name }))}
        />
      </Form.Item>
      <Form.Item name="node" label={t('staff.node')} extra={t('staff.nodeHint')} rules={[{ required }]}>
        <TreeSelect
          showSearch={{ treeNodeFilterProp: 'title' }}
          treeDefaultExpandedKeys={root === null ? [] : [root.key]}
          treeData={root === null ? [] : [choice(root)]}
        />
      </Form.Item>
    </>
  );
}
