import {
  assignRole,
  changeStaff,
  endStaffSessions,
  listAudit,
  listRoles,
  listStaff,
  readStaff,
  renewInvitation,
  resetStaffTotp,
  withdrawRole,
} from '@shuke/server/contracts/org';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan, useSession } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DetailPage } from '../../ui/detail-page.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { When } from '../../ui/formatted.tsx';
import { Card, Facts } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { rowsOf } from '../../ui/table-rows.ts';
import { AuditTable } from './audit-table.tsx';
import { InvitationLink } from './invitation-link.tsx';
import { useNodeNames } from './node-names.ts';
import { RoleFields, assignmentOf } from './role-fields.tsx';
import type { RoleValues } from './role-fields.tsx';
import { StaffForm } from './staff-form.tsx';
import { staffTone } from './staff-page.tsx';

import styles from './staff-detail-page.module.css';

type Person = Reply<typeof readStaff>;

/** One person: what they may do and where, and what they did. */
export function StaffDetailPage() {
  const { t } = useTranslation('org');
  const { staffId = '' } = useParams();
  const person = useRead(readStaff, { params: { staffId } });
  const mayAudit = useCan('org.audit.read');
  if (person.isPending) return <PageSkeleton />;
  if (person.data === undefined) return <ErrorState error={person.error} retry={() => void person.refetch()} />;
  const { data } = person;
  return (
    <DetailPage
      title={data.name}
      badges={<StatusTag tone={staffTone[data.status]}>{t(`staff.statuses.${data.status}`)}</StatusTag>}
      back={{ label: t('staff.title'), path: '/settings/staff' }}
      actions={<PersonActions person={data} />}
      summary={
        <Card title={t('staff.facts')}>
          <Facts
            items={[
              [t('staff.login'), data.login],
              [t('staff.phone'), data.phone],
              [t('staff.employeeNo'), data.employeeNo],
              [t('staff.locale'), t(`common:languages.${data.locale}`)],
              [t('staff.createdAt'), <When key="created" at={data.createdAt} />],
              [t('staff.lastSignIn'), <When key="seen" at={data.lastSignInAt} />],
            ]}
          />
        </Card>
      }
      tabs={[
        { key: 'roles', label: t('staff.roles'), content: <Roles person={data} /> },
        ...(mayAudit ? [{ key: 'acts', label: t('staff.acts'), content: <Acts staffId={data.staffId} /> }] : []),
      ]}
    />
  );
}

const refreshes = [readStaff, listStaff, listRoles];

function PersonActions({ person }: { readonly person: Person }) {
  const { t } = useTranslation('org');
  const { staff } = useSession();
  const mayWrite = useCan('org.staff.write');
  const mayReset = useCan('org.roles.write');
  const [editing, setEditing] = useState(false);
  const [invitation, setInvitation] = useState<string | null>(null);
  const params = { staffId: person.staffId };
  const change = useWrite(changeStaff, { refreshes });
  const endSessions = useWrite(endStaffSessions, { refreshes });
  const resetTotp = useWrite(resetStaffTotp, { refreshes });
  const renew = useWrite(renewInvitation, { refreshes, onDone: (reply) => setInvitation(reply.invitation) });
  if (!mayWrite || staff.staffId === person.staffId) return null;
  const { name } = person;
  return (
    <>
      <Button onClick={() => setEditing(true)}>{t('edit')}</Button>
      <ConfirmAction
        label={t(person.status === 'invited' ? 'staff.newInvitation' : 'staff.passwordLink')}
        title={t('staff.renewTitle', { name })}
        consequence={t('staff.renewConsequence')}
        confirmLabel={t('staff.renewConfirm')}
        run={() => renew.mutateAsync({ params })}
      />
      <ConfirmAction
        label={t('staff.endSessions')}
        title={t('staff.endSessionsTitle', { name })}
        consequence={t('staff.endSessionsConsequence')}
        confirmLabel={t('staff.endSessions')}
        run={() => endSessions.mutateAsync({ params })}
      />
      {mayReset ? (
        <ConfirmAction
          label={t('staff.resetTotp')}
          title={t('staff.resetTotpTitle', { name })}
          consequence={t('staff.resetTotpConsequence')}
          confirmLabel={t('staff.resetTotp')}
          run={() => resetTotp.mutateAsync({ params })}
        />
      ) : null}
      {person.status === 'disabled' ? (
        <ConfirmAction
          label={t('staff.enable')}
          title={t('staff.enableTitle', { name })}
          consequence={t('staff.enableConsequence')}
          confirmLabel={t('staff.enable')}
          run={() => change.mutateAsync({ params, body: { status: 'active' } })}
        />
      ) : (
        <ConfirmAction
          danger
          label={t('staff.disable')}
          title={t('staff.disableTitle', { name })}
          consequence={t('staff.disableConsequence')}
          confirmLabel={t('staff.disable')}
          run={() => change.mutateAsync({ params, body: { status: 'disabled' } })}
        />
      )}
      <StaffForm open={editing} person={person} onClose={() => setEditing(false)} />
      <InvitationLink invitation={invitation} onClose={() => setInvitation(null)} />
    </>
  );
}

function Roles({ person }: { readonly person: Person }) {
  const { t } = useTranslation('org');
  const { staff } = useSession();
  const mayWrite = useCan('org.staff.write') && staff.staffId !== person.staffId;
  const nodeName = useNodeNames();
  const roles = useRead(listRoles, {}, { staleMs: 60_000 });
  const roleNames = new Map(roles.data?.items.map(({ roleCode, name }) => [roleCode, name]));
  const [adding, setAdding] = useState(false);
  const assign = useWrite(assignRole, { refreshes });
  const withdraw = useWrite(withdrawRole, { refreshes });
  const params = { staffId: person.staffId };
  return (
    <Card
      title={t('staff.roles')}
      hint={t('staff.rolesHint')}
      extra={mayWrite ? <Button onClick={() => setAdding(true)}>{t('staff.giveRole')}</Button> : undefined}
    >
      {person.roles.length === 0 ? (
        <EmptyState compact title={t('staff.noRoles')} hint={t('staff.noRolesHint')} />
      ) : null}
      <ul className={styles['roles']}>
        {person.roles.map((role) => {
          const name = roleNames.get(role.roleCode) ?? role.roleCode;
          const place = nodeName(role.nodeKind, role.nodeId);
          return (
            <li key={`${role.roleCode} ${role.nodeKind} ${role.nodeId}`}>
              <strong>{name}</strong>
              <span className={styles['place']}>
                {t(`nodeKinds.${role.nodeKind}`)} · {place}
              </span>
              {mayWrite ? (
                <ConfirmAction
                  danger
                  button={{ type: 'text', size: 'small' }}
                  label={t('staff.withdraw')}
                  title={t('staff.withdrawTitle', { role: name })}
                  consequence={t('staff.withdrawConsequence', { name: person.name, role: name, place })}
                  confirmLabel={t('staff.withdraw')}
                  run={() => withdraw.mutateAsync({ params: { ...params, ...role } })}
                />
              ) : null}
            </li>
          );
        })}
      </ul>
      <FormDrawer<RoleValues>
        title={t('staff.giveRole')}
        open={adding}
        onClose={() => setAdding(false)}
        initial={{ node: 'tenant:0' }}
        submit={(values) => assign.mutateAsync({ params, body: assignmentOf(values) })}
      >
        <RoleFields />
      </FormDrawer>
    </Card>
  );
}

function Acts({ staffId }: { readonly staffId: string }) {
  const { t } = useTranslation('org');
  const acts = useRead(listAudit, { query: { actor: `staff:${staffId}`, limit: 50 } });
  return (
    <Card flush title={t('staff.acts')} hint={t('staff.actsHint')}>
      <AuditTable list={rowsOf(acts, ({ items }) => items)} />
    </Card>
  );
}
