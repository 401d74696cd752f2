import type { ReactNode } from 'react';

import styles from './status-tag.module.css';

export type Tone = 'neutral' | 'brand' | 'good' | 'warn' | 'bad' | 'info';

/** A state in one word: colour, and a dot so that it does not hang on colour alone. */
export function StatusTag({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={styles['tag']} data-tone={tone}>
      <span className={styles['dot']} aria-hidden />
      {children}
    </span>
  );
}

/** A quiet label: kind, channel, tag. */
export function Label({ tone = 'neutral', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span className={styles['label']} data-tone={tone}>
      {children}
    </span>
  );
}
