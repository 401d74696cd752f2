import { AlertOutlined, BellOutlined, CheckCircleOutlined, InboxOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Badge, Button, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Notice } from '../../lib/feature.ts';
import { useSession } from '../../lib/session.ts';
import { Count } from '../../ui/formatted.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { features } from '../features.ts';

import styles from './bell.module.css';

/** What waits for this person: each module says for itself. */
export function Bell() {
  const { t, i18n } = useTranslation();
  const { permissions } = useSession();
  const [open, setOpen] = useState(false);
  const sources = features
    .flatMap((feature) => feature.notices ?? [])
    .filter(({ permission }) => permissions.has(permission));
  const notices = useQuery({
    queryKey: ['notices', i18n.language],
    enabled: sources.length > 0,
    refetchInterval: 60_000,
    queryFn: async ({ signal }) => {
      const answers = await Promise.all(sources.map(async ({ load }) => (await load())(signal)));
      return answers.flat().filter(({ count }) => count > 0);
    },
  });
  const waiting = notices.data ?? [];
  const total = waiting.reduce((sum, { count }) => sum + count, 0);
  const content = notices.isError ? (
    <ErrorState error={notices.error} retry={() => void notices.refetch()} />
  ) : waiting.length === 0 ? (
    <p className={styles['clear']}>
      <CheckCircleOutlined aria-hidden /> {t('bell.nothing')}
    </p>
  ) : (
    <ul className={styles['notices']}>
      {waiting.map((notice) => (
        <NoticeLine key={notice.id} notice={notice} onOpen={() => setOpen(false)} />
      ))}
    </ul>
  );
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      title={t('bell.title')}
      content={content}
    >
      <Badge count={total} size="small" overflowCount={99} offset={[-6, 6]}>
        <Button type="text" icon={<BellOutlined />} aria-label={t('bell.label', { count: total })} />
      </Badge>
    </Popover>
  );
}

function NoticeLine({ notice, onOpen }: { readonly notice: Notice; readonly onOpen: () => void }) {
  return (
    <li>
      <Link to={notice.path} className={styles['notice']} onClick={onOpen}>
        <span className={styles['sign']} data-tone={notice.tone}>
          {notice.tone === 'alert' ? <AlertOutlined aria-hidden /> : <InboxOutlined aria-hidden />}
        </span>
        <span className={styles['text']}>{notice.text}</span>
        <strong>
          <Count value={notice.count} />
        </strong>
      </Link>
    </li>
  );
}
