import { LogoutOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Avatar, Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { useSession } from '../../lib/session.ts';
import { signOut } from '../sign-in/draft-contract.ts';

import styles from './account-menu.module.css';

/** The person signed in: who, own security page, sign out. */
export function AccountMenu() {
  const { t } = useTranslation();
  const session = useSession();
  const client = useQueryClient();
  const leave = useWrite(signOut, {
    // Nothing of this person may remain for the next one at this desk.
    onDone: () => void client.resetQueries(),
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
                <strong>{session.name}</strong>
                <span>{session.tenantName}</span>
              </span>
            ),
          },
          { type: 'divider' },
          {
            key: 'out',
            icon: <LogoutOutlined />,
            label: t('shell.signOut'),
            onClick: () => leave.mutate({}),
          },
        ],
      }}
    >
      <Button type="text" className={styles['button'] ?? ''} aria-label={t('shell.account', { name: session.name })}>
        <Avatar size={28} className={styles['avatar'] ?? ''}>
          {Array.from(session.name)[0]?.toUpperCase()}
        </Avatar>
      </Button>
    </Dropdown>
  );
}
