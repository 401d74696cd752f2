import { LogoutOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { signOut } from '@shuke/server/contracts/org';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { useWrite } from '../../lib/query.ts';
import { useSession } from '../../lib/session.ts';
import { writeStored } from '../../lib/stored.ts';

import styles from './account-menu.module.css';

/** The person signed in: who, own security page, sign out. */
export function AccountMenu() {
  const { t } = useTranslation();
  const session = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const leave = useWrite(signOut, {
    // Nothing of this person may remain for the next one at this desk.
    onDone: () => {
      writeStored('scope', null);
      void client.resetQueries();
    },
  });
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          {
            key: 'who',
            type: 'group',
            label: (
              <span className={styles['who']}>
                <strong>{session.staff.name}</strong>
                <span>{session.tenant.name}</span>
              </span>
            ),
          },
          { type: 'divider' },
          {
            key: 'account',
            icon: <SafetyCertificateOutlined />,
            label: t('shell.mySecurity'),
            onClick: () => void navigate('/account'),
          },
          {
            key: 'out',
            icon: <LogoutOutlined />,
            label: t('shell.signOut'),
            onClick: () => leave.mutate({}),
          },
        ],
      }}
    >
      <Button
        type="text"
        className={styles['button'] ?? ''}
        aria-label={t('shell.account', { name: session.staff.name })}
      >
        <span className={styles['avatar']} aria-hidden>
          {Array.from(session.staff.name)[0]?.toUpperCase()}
        </span>
      </Button>
    </Dropdown>
  );
}
