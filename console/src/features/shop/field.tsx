import type { ReactNode } from 'react';

import styles from './shop.module.css';

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly problem?: string | undefined;
  readonly children: ReactNode;
}

/** One thing to fill in: what it is, the input, what to know about it. */
export function Field({ label, hint, problem, children }: FieldProps) {
  return (
    <div className={styles['field']}>
      <span className={styles['label']}>{label}</span>
      {children}
      {problem === undefined ? null : (
        <span className={styles['problem']} role="alert">
          {problem}
        </span>
      )}
      {hint === undefined ? null : <span className={styles['hint']}>{hint}</span>}
    </div>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly children: ReactNode;
}

/** A field whose label the input is named by: the label wraps it. */
export function LabelledField({ label, hint, children }: TextFieldProps) {
  return (
    <div className={styles['field']}>
      <label className={styles['named']}>
        <span className={styles['label']}>{label}</span>
        {children}
      </label>
      {hint === undefined ? null : <span className={styles['hint']}>{hint}</span>}
    </div>
  );
}
