import type { findImport } from '@shuke/server/contracts/orders';
import { Progress } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { StatusTag } from '../../ui/status-tag.tsx';

export type Import = Reply<typeof findImport>;

const tones = {
  uploaded: 'info',
  queued: 'info',
  running: 'brand',
  paused: 'warn',
  done: 'good',
  failed: 'bad',
} as const;

/** Where an import stands. */
export function ImportState({ state }: { readonly state: Import['state'] }) {
  const { t } = useTranslation('orders');
  return <StatusTag tone={tones[state]}>{t(`importStates.${state}`)}</StatusTag>;
}

/** Whether an import changes by itself, so that the page should look again. */
export function isMoving(state: Import['state'] | undefined): boolean {
  return state === 'queued' || state === 'running';
}

/** How much of the file is done; unknown length shows as rows only. */
export function ImportProgress({ of: one }: { readonly of: Import }) {
  const { t } = useTranslation('orders');
  if (one.rowsTotal === null) return <span>{t('imports.rowsDone', { count: one.rowsDone })}</span>;
  const part = one.rowsTotal === 0 ? 1 : one.rowsDone / one.rowsTotal;
  return (
    <Progress
      percent={Math.floor(part * 100)}
      size="small"
      status={one.state === 'failed' ? 'exception' : one.state === 'done' ? 'success' : 'normal'}
      aria-label={t('imports.progress')}
    />
  );
}
