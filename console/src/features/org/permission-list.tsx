import { useTranslation } from 'react-i18next';

import { Label } from '../../ui/status-tag.tsx';
import { byModule, isSensitive } from './permission-text.ts';

import styles from './permission-list.module.css';

/** Permissions in words, by module. */
export function PermissionList({ permissions }: { readonly permissions: readonly string[] }) {
  const { t } = useTranslation('org');
  return (
    <div className={styles['modules']}>
      {[...byModule(permissions)].map(([module, acts]) => (
        <section key={module}>
          <h3>{t(`modules.${module}`, { defaultValue: module })}</h3>
          <ul>
            {acts.map((permission) => (
              <li key={permission}>
                {t(`permissions.${permission}`, { defaultValue: permission })}
                {isSensitive(permission) ? <Label tone="warn">{t('roles.sensitive')}</Label> : null}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
