import { PlusOutlined } from '@ant-design/icons';
import { listRoles, removeRole } from '@shuke/server/contracts/org';
import { Button, Drawer } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Count } from '../../ui/formatted.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { rowsOf } from '../../ui/table-rows.ts';
import { PermissionList } from './permission-list.tsx';
import { RoleForm } from './role-form.tsx';

export type Role = Reply<typeof listRoles>['items'][number];

/** What each role may do, ready-made and the company's own. */
export function RolesPage() {
  const { t } = useTranslation('org');
  const mayWrite = useCan('org.roles.write');
  const roles = useRead(listRoles, {});
  const [shown, setShown] = useState<Role | null>(null);
  const [editing, setEditing] = useState<Role | 'new' | null>(null);
  const columns: Column<Role>[] = [
    {
      key: 'name',
      title: t('roles.name'),
      render: (role) => (
        <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={() => setShown(role)}>
          {role.name}
        </Button>
      ),
    },
    {
      key: 'kind',
      title: t('roles.kind'),
      render: (role) => (
        <Label tone={role.readyMade ? 'neutral' : 'brand'}>{t(role.readyMade ? 'roles.readyMade' : 'roles.own')}</Label>
      ),
    },
    {
      key: 'permissions',
      title: t('roles.permissions'),
      align: 'right',
      render: (role) => <Count value={role.permissions.length} />,
    },
    { key: 'holders', title: t('roles.holders'), align: 'right', render: (role) => <Count value={role.holders} /> },
    {
      key: 'actions',
      title: '',
      align: 'right',
      render: (role) =>
        mayWrite && !role.readyMade ? <RoleActions role={role} onEdit={() => setEditing(role)} /> : null,
    },
  ];
  return (
    <Page
      title={t('roles.title')}
      purpose={t('roles.purpose')}
      actions={
        mayWrite ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
            {t('roles.create')}
          </Button>
        ) : undefined
      }
    >
      <Card flush title={t('roles.all')}>
        <DataTable<Role>
          label={t('roles.title')}
          columns={columns}
          rowKey={(role) => role.roleCode}
          list={rowsOf(roles, ({ items }) => items)}
          empty={<EmptyState title={t('roles.all')} />}
        />
      </Card>
      <Drawer title={shown?.name} size={480} open={shown !== null} onClose={() => setShown(null)} destroyOnHidden>
        <PermissionList permissions={shown?.permissions ?? []} />
      </Drawer>
      <RoleForm
        key={editing === null || editing === 'new' ? 'new' : editing.roleCode}
        open={editing !== null}
        role={editing === 'new' ? null : editing}
        catalogue={roles.data?.permissions ?? []}
        onClose={() => setEditing(null)}
      />
    </Page>
  );
}

function RoleActions({ role, onEdit }: { readonly role: Role; readonly onEdit: () => void }) {
  const { t } = useTranslation('org');
  const remove = useWrite(removeRole, { refreshes: [listRoles] });
  return (
    <>
      <Button type="text" size="small" onClick={onEdit}>
        {t('edit')}
      </Button>
      <ConfirmAction
        danger
        button={{ type: 'text', size: 'small' }}
        label={t('remove')}
        title={t('roles.removeTitle', { name: role.name })}
        consequence={t('roles.removeConsequence')}
        confirmLabel={t('remove')}
        run={() => remove.mutateAsync({ params: { roleCode: role.roleCode } })}
      />
    </>
  );
}
