import { changeRole, createRole, listRoles } from '@shuke/server/contracts/org';
import { Checkbox, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { byModule, isSensitive } from './permission-text.ts';
import type { Role } from './roles-page.tsx';

import styles from './permission-list.module.css';

interface RoleValues {
  readonly name: string;
  readonly code: string;
  readonly permissions: string[];
}

interface RoleFormProps {
  readonly open: boolean;
  readonly role: Role | null;
  readonly catalogue: readonly string[];
  readonly onClose: () => void;
}

/** Makes a role of the company's own, or changes one for all its holders. */
export function RoleForm({ open, role, catalogue, onClose }: RoleFormProps) {
  const { t } = useTranslation('org');
  const create = useWrite(createRole, { refreshes: [listRoles] });
  const change = useWrite(changeRole, { refreshes: [listRoles] });
  const submit = async ({ name, code, permissions }: RoleValues) => {
    if (role === null) await create.mutateAsync({ body: { name, code, permissions } });
    else await change.mutateAsync({ params: { roleCode: role.roleCode }, body: { name, permissions } });
  };
  return (
    <FormDrawer<RoleValues>
      title={t(role === null ? 'roles.create' : 'roles.edit')}
      open={open}
      onClose={onClose}
      submit={submit}
      widthPx={600}
      initial={{ name: role?.name ?? '', code: '', permissions: [...(role?.permissions ?? [])] }}
    >
      <Form.Item name="name" label={t('roles.name')} rules={[{ required: true }]}>
        <Input maxLength={40} />
      </Form.Item>
      {role === null ? (
        <Form.Item
          name="code"
          label={t('roles.code')}
          extra={t('roles.codeHint')}
          rules={[{ required: true, pattern: /^[a-z0-9-]{1,40}$/ }]}
        >
          <Input maxLength={40} />
        </Form.Item>
      ) : null}
      <Form.Item
        name="permissions"
        label={t('roles.permissions')}
        extra={role === null ? undefined : t('roles.changeHint', { count: role.holders })}
      >
        <PermissionChecks catalogue={catalogue} />
      </Form.Item>
    </FormDrawer>
  );
}

interface PermissionChecksProps {
  readonly catalogue: readonly string[];
  /** Given by the form. */
  readonly value?: readonly string[];
  readonly onChange?: (permissions: string[]) => void;
}

function PermissionChecks({ catalogue, value = [], onChange }: PermissionChecksProps) {
  const { t } = useTranslation('org');
  const chosen = new Set(value);
  const set = (permissions: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const permission of permissions) {
      if (on) next.add(permission);
      else next.delete(permission);
    }
    onChange?.(catalogue.filter((permission) => next.has(permission)));
  };
  return (
    <div>
      {[...byModule(catalogue)].map(([module, acts]) => {
        const held = acts.filter((permission) => chosen.has(permission)).length;
        return (
          <div key={module} className={styles['group']}>
            <Checkbox
              checked={held === acts.length}
              indeterminate={held > 0 && held < acts.length}
              onChange={(event) => set(acts, event.target.checked)}
            >
              <strong>{t(`modules.${module}`, { defaultValue: module })}</strong>
            </Checkbox>
            <div className={styles['checks']}>
              {acts.map((permission) => (
                <Checkbox
                  key={permission}
                  checked={chosen.has(permission)}
                  onChange={(event) => set([permission], event.target.checked)}
                >
                  {t(`permissions.${permission}`, { defaultValue: permission })}{' '}
                  {isSensitive(permission) ? <Label tone="warn">{t('roles.sensitive')}</Label> : null}
                </Checkbox>
              ))}
            </div>
          </div>
        );
      })}
    </div>
  );
}
