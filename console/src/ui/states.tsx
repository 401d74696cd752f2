import { Button, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../i18n/index.ts';
import { ApiError } from '../lib/api-error.ts';

import styles from './states.module.css';

interface EmptyStateProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly action?: ReactNode;
  readonly compact?: boolean;
}

/** Nothing here yet: says why and offers the first step. */
export function EmptyState({ title, hint, action, compact = false }: EmptyStateProps) {
  return (
    <div className={styles['state']} data-compact={compact}>
      {compact ? null : <LoopArtwork />}
      <p className={styles['title']}>{title}</p>
      {hint === undefined ? null : <p className={styles['hint']}>{hint}</p>}
      {action}
    </div>
  );
}

/** Something failed: what, and what to do about it. */
export function ErrorState({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { t } = useTranslation();
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <div className={styles['state']} role="alert">
      <p className={styles['title']}>{t('states.failed')}</p>
      <p className={styles['hint']}>{errorText(error)}</p>
      {requestId === null ? null : <p className={styles['trace']}>{t('states.requestId', { requestId })}</p>}
      {retry === undefined ? null : <Button onClick={retry}>{t('states.retry')}</Button>}
    </div>
  );
}

/** The shape of a page before its content. */
export function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={styles['skeleton']} role="status" aria-label={t('states.loading')}>
      <Skeleton active title={{ width: 180 }} paragraph={{ rows: 1, width: 320 }} />
      <Skeleton active title={false} paragraph={{ rows: 8 }} />
    </div>
  );
}

/** The shape of the console before anything is known. */
export function StartSkeleton() {
  return (
    <div className={styles['start']}>
      <PageSkeleton />
    </div>
  );
}

/** A customer who comes back: the mark of the product, drawn large and quiet. */
function LoopArtwork() {
  return (
    <svg className={styles['artwork']} viewBox="0 0 120 88" fill="none" aria-hidden>
      <path d="M14 70h92" stroke="var(--line-strong)" strokeWidth="2" strokeLinecap="round" />
      <path d="M82 33a26 26 0 1 0 4 14" stroke="var(--brand)" strokeWidth="5" strokeLinecap="round" opacity="0.85" />
      <circle cx="84" cy="24" r="6" fill="var(--accent)" />
      <circle cx="60" cy="46" r="6" stroke="var(--line-strong)" strokeWidth="2.5" />
      <path
        d="M48 66c1.500-7 6-10.500 12-10.500S70.500 59 72 66"
        stroke="var(--line-strong)"
        strokeWidth="2.5"
        strokeLinecap="round"
      />
    </svg>
  );
}
