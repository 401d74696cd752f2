import { ArrowLeftOutlined } from '@ant-design/icons';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import styles from './page.module.css';

interface PageProps {
  readonly title: string;
  /** One sentence: what a person does here. */
  readonly purpose?: ReactNode;
  readonly badges?: ReactNode;
  readonly actions?: ReactNode;
  readonly back?: { readonly label: string; readonly path: string };
  readonly children: ReactNode;
}

/** The frame of every page: where you are, what it is for, what you can do. */
export function Page({ title, purpose, badges, actions, back, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Shuke`;
  }, [title]);
  return (
    <div className={styles['page']}>
      <header className={styles['head']}>
        <div className={styles['heading']}>
          {back === undefined ? null : (
            <Link to={back.path} className={styles['back']}>
              <ArrowLeftOutlined aria-hidden /> {back.label}
            </Link>
          )}
          <div className={styles['titleLine']}>
            <h1 className={styles['title']}>{title}</h1>
            {badges}
          </div>
          {purpose === undefined ? null : <p className={styles['purpose']}>{purpose}</p>}
        </div>
        {actions === undefined ? null : <div className={styles['actions']}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface CardProps {
  readonly title?: ReactNode;
  readonly hint?: ReactNode;
  readonly extra?: ReactNode;
  /** Content reaches the edges (tables, lists). */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A titled surface. */
export function Card({ title, hint, extra, flush = false, children }: CardProps) {
  return (
    <section className={styles['card']}>
      {title === undefined && extra === undefined ? null : (
        <header className={styles['cardHead']}>
          <div>
            <h2 className={styles['cardTitle']}>{title}</h2>
            {hint === undefined ? null : <p className={styles['cardHint']}>{hint}</p>}
          </div>
          {extra}
        </header>
      )}
      <div className={flush ? styles['cardFlush'] : styles['cardBody']}>{children}</div>
    </section>
  );
}

/** Cards side by side: as many columns as fit, never narrower than `minPx`. */
export function Grid({ minPx = 320, children }: { readonly minPx?: number; readonly children: ReactNode }) {
  return (
    <div
      className={styles['grid']}
      style={{ gridTemplateColumns: `repeat(auto-fit, minmax(min(${minPx}px, 100%), 1fr))` }}
    >
      {children}
    </div>
  );
}

/** Names and values of one thing. */
export function Facts({ items }: { readonly items: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <dl className={styles['facts']}>
      {items.map(([label, value]) => (
        <div key={label} className={styles['fact']}>
          <dt>{label}</dt>
          <dd>{value === null || value === undefined || value === '' ? '—' : value}</dd>
        </div>
      ))}
    </dl>
  );
}
