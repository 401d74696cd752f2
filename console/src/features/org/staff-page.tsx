import { PlusOutlined } from '@ant-design/icons';
import { listRoles, listStaff } from '@shuke/server/contracts/org';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useList, useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useUrlState } from '../../lib/url-state.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { When, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { Label, StatusTag } from '../../ui/status-tag.tsx';
import { InviteForm } from './invite-form.tsx';
import { useNodeNames } from './node-names.ts';

export type StaffMember = Reply<typeof listStaff>['items'][number];

/** Colour of a person's status. */
export const staffTone = { active: 'good', invited: 'info', disabled: 'neutral' } as const;

/** Everyone who may sign in, with what they may do and where. */
export function StaffPage() {
  const { t } = useTranslation('org');
  const [search, change] = useUrlState();
  const mayInvite = useCan('org.staff.write');
  const roles = useRead(listRoles, {}, { staleMs: 60_000 });
  const roleNames = new Map(roles.data?.items.map(({ roleCode, name }) => [roleCode, name]));
  const nodeName = useNodeNames();
  const filters: Filter[] = [
    { kind: 'search', key: 'search', label: t('staff.search'), placeholder: t('staff.searchPlaceholder') },
    {
      kind: 'choice',
      key: 'status',
      label: t('staff.status'),
      options: (['active', 'invited', 'disabled'] as const).map((value) => ({
        value,
        label: t(`staff.statuses.${value}`),
      })),
    },
    {
      kind: 'choice',
      key: 'roleCode',
      label: t('staff.role'),
      options: (roles.data?.items ?? []).map(({ roleCode, name }) => ({ value: roleCode, label: name })),
    },
  ];
  const filterState = useFilters(filters);
  const { search: text, status, roleCode } = filterState.values;
  const list = useList(listStaff, {
    query: { search: text, status: status as StaffMember['status'] | undefined, roleCode },
  });
  const columns: Column<StaffMember>[] = [
    {
      key: 'name',
      title: t('staff.name'),
      render: (person) => <Link to={`/settings/staff/${person.staffId}`}>{person.name}</Link>,
    },
    { key: 'login', title: t('staff.login'), render: (person) => person.login },
    { key: 'phone', title: t('staff.phone'), render: (person) => orDash(person.phone), optional: true },
    { key: 'employeeNo', title: t('staff.employeeNo'), render: (person) => orDash(person.employeeNo), optional: true },
    {
      key: 'roles',
      title: t('staff.roles'),
      render: (person) =>
        orDash(
          person.roles.length === 0 ? null : (
            <span style={{ display: 'flex', flexWrap: 'wrap', gap: 4, maxWidth: 420 }}>
              {person.roles.map((role) => (
                <Label key={`${role.roleCode} ${role.nodeKind} ${role.nodeId}`}>
                  {roleNames.get(role.roleCode) ?? role.roleCode} · {nodeName(role.nodeKind, role.nodeId)}
                </Label>
              ))}
            </span>
          ),
        ),
    },
    {
      key: 'status',
      title: t('staff.status'),
      render: (person) => <StatusTag tone={staffTone[person.status]}>{t(`staff.statuses.${person.status}`)}</StatusTag>,
    },
    {
      key: 'lastSignInAt',
      title: t('staff.lastSignIn'),
      render: (person) => <When at={person.lastSignInAt} shape="relative" />,
    },
    {
      key: 'createdAt',
      title: t('staff.createdAt'),
      render: (person) => <When at={person.createdAt} shape="date" />,
      optional: true,
    },
  ];
  const invite = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => change({ new: '1' })}>
      {t('staff.invite')}
    </Button>
  );
  return (
    <>
      <ListPage<StaffMember>
        name="staff"
        title={t('staff.title')}
        purpose={t('staff.purpose')}
        actions={mayInvite ? invite : undefined}
        filters={filters}
        filterState={filterState}
        columns={columns}
        list={list}
        rowKey={(person) => person.staffId}
        rowPath={(person) => `/settings/staff/${person.staffId}`}
        empty={{ title: t('staff.empty'), hint: t('staff.emptyHint'), action: mayInvite ? invite : undefined }}
      />
      {mayInvite ? <InviteForm open={search.get('new') === '1'} onClose={() => change({ new: null })} /> : null}
    </>
  );
}
