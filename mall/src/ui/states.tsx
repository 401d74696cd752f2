import { Box, Heading } from '@elements';
import type { ReactElement } from 'react';

import type { ApiError } from '../api/client.ts';
import { sentenceOf } from '../i18n/error-sentence.ts';
import { useT } from '../i18n/t.ts';
import { Button, ButtonLink } from './button.tsx';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';

/** Nothing here yet, and what to do about it. */
export function Empty({
  icon,
  title,
  body,
  action,
}: {
  icon: IconName;
  title: string;
  body?: string;
  action?: { text: string; to: string };
}): ReactElement {
  return (
    <Box className="empty">
      <Box className="empty-icon">
        <Icon name={icon} size="large" />
      </Box>
      <Heading level={2} className="h2">
        {title}
      </Heading>
      {body ? <Box className="muted">{body}</Box> : null}
      {action ? <ButtonLink to={action.to}>{action.text}</ButtonLink> : null}
    </Box>
  );
}

/** What went wrong and a way to try again; who is not signed in is led there. */
export function Failed({ error, onRetry }: { error: ApiError; onRetry: () => void }): ReactElement {
  const t = useT();
  if (error.code === 'not_signed_in') {
    return (
      <Empty
        icon="user"
        title={t('error.not_signed_in')}
        body={t('me.helloBody')}
        action={{ text: t('action.signIn'), to: 'pages/sign-in/index' }}
      />
    );
  }
  return (
    <Box className="empty" role="alert">
      <Box className="empty-icon">
        <Icon name="alert" size="large" />
      </Box>
      <Heading level={2} className="h2">
        {t('state.failed')}
      </Heading>
      <Box className="muted">{sentenceOf(error)}</Box>
      <Button kind="line" onTap={onRetry}>
        {t('action.retry')}
      </Button>
    </Box>
  );
}

/** Grey shapes where content will be. */
export function Bones({ heights }: { heights: readonly number[] }): ReactElement {
  const t = useT();
  return (
    <Box className="stack wrap" role="status" label={t('state.loading')}>
      {heights.map((height, at) => (
        <Box key={at} className="bone" style={{ height: `${height}px` }} />
      ))}
    </Box>
  );
}

export function TileBones({ count = 6 }: { count?: number }): ReactElement {
  const t = useT();
  return (
    <Box className="tiles" role="status" label={t('state.loading')}>
      {Array.from({ length: count }, (_, at) => (
        <Box key={at} className="bone" style={{ height: '250px' }} />
      ))}
    </Box>
  );
}
