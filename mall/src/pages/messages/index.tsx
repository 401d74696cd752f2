import { Box, Tap, Txt } from '@elements';
import { platform } from '@platform';
import { useState } from 'react';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import type { Reply } from '../../api/types.ts';
import { useT } from '../../i18n/t.ts';
import { usePages, putQuery } from '../../lib/query.ts';
import { toastError } from '../../lib/toast.ts';
import { formatAt } from '../../lib/when.ts';
import { Page } from '../../ui/page.tsx';
import { Bones, Empty, Failed } from '../../ui/states.tsx';

import './index.css';

type Message = Reply<'listInbox'>['items'][number];
const pageSize = 20;

export default function MessagesPage(): ReactElement {
  const t = useT();
  const messages = usePages('messages', async (before) => {
    const { items } = await call('listInbox', {
      query: { limit: pageSize, ...(before ? { before: new Date(before) } : {}) },
    });
    return { items, nextCursor: items.length === pageSize ? (items.at(-1)?.sentAt ?? null) : null };
  });
  platform.useReachEnd(messages.more);
  return (
    <Page title={t('messages.title')}>
      <Box className="wrap wrap-narrow stack">
        {messages.items ? (
          messages.items.length > 0 ? (
            messages.items.map((message) => <Card key={message.messageId} message={message} />)
          ) : (
            <Empty icon="message" title={t('messages.empty')} body={t('messages.emptyBody')} />
          )
        ) : messages.error ? (
          <Failed error={messages.error} onRetry={() => void messages.reload()} />
        ) : (
          <Bones heights={[90, 90, 90]} />
        )}
      </Box>
    </Page>
  );
}

function Card({ message }: { message: Message }): ReactElement {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const [isRead, setRead] = useState(message.isRead);
  const open = (): void => {
    setOpen(!isOpen);
    if (isRead) return;
    setRead(true);
    call('openMessage', { params: { messageId: message.messageId }, body: {} })
      .then(() => call('listInbox', { query: { limit: 1 } }))
      .then((inbox) => putQuery('unread', inbox))
      .catch(toastError);
  };
  return (
    <Tap className="card message" isExpanded={isOpen} onTap={open}>
      <Box className="line line-top">
        <Box className="line line-start grow">
          {isRead ? null : <Txt className="badge badge-warm">{t('messages.unread')}</Txt>}
          <Txt className={`grow ${isRead ? '' : 'strong'}`}>{message.subject}</Txt>
        </Box>
        <Txt className="tiny muted num">{formatAt(message.sentAt)}</Txt>
      </Box>
      <Box className={`small muted ${isOpen ? 'pre' : 'clip2'}`}>{message.body}</Box>
    </Tap>
  );
}
