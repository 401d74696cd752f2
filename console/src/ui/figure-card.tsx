import { InfoCircleOutlined } from '@ant-design/icons';
import { Skeleton, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { Change } from './formatted.tsx';

import styles from './figure-card.module.css';

/** One number that matters, with its change and a way to the people or things behind it. */
export interface Figure {
  readonly label: string;
  readonly value: ReactNode;
  readonly change?: number | null;
  /** What the change compares with, e.g. "vs last week". */
  readonly against?: string;
  readonly good?: 'up' | 'down' | 'neither';
  /** How the number is made. */
  readonly explanation?: string;
  /** A word under the number when there is no change to show. */
  readonly note?: ReactNode;
  readonly path?: string;
  readonly trend?: readonly number[];
}

/** One figure on a card. */
export function FigureCard(figure: Figure) {
  const { label, value, change, against, good, explanation, note, path, trend } = figure;
  const content = (
    <>
      <div className={styles['label']}>
        <span>{label}</span>
        {explanation === undefined ? null : (
          <Tooltip title={explanation}>
            <InfoCircleOutlined className={styles['info']} aria-label={explanation} />
          </Tooltip>
        )}
      </div>
      <div className={styles['line']}>
        <strong className={styles['value']}>{value}</strong>
        {trend === undefined || trend.length < 2 ? null : <Sparkline values={trend} />}
      </div>
      <div className={styles['foot']}>
        {change === undefined || change === null ? (
          <span className={styles['note']}>{note}</span>
        ) : (
          <Change
            ratio={change}
            {...(good === undefined ? {} : { good })}
            {...(against === undefined ? {} : { against })}
          />
        )}
      </div>
    </>
  );
  if (path === undefined) return <div className={styles['card']}>{content}</div>;
  return (
    <Link to={path} className={styles['card']}>
      {content}
    </Link>
  );
}

/** Three to five figures in a row. */
export function FigureRow({
  figures,
  loading = false,
}: {
  readonly figures: readonly Figure[];
  readonly loading?: boolean;
}) {
  return (
    <div className={styles['row']}>
      {figures.map((figure) =>
        loading ? (
          <div key={figure.label} className={styles['card']}>
            <div className={styles['label']}>{figure.label}</div>
            <Skeleton.Input active size="small" style={{ marginTop: 8 }} />
          </div>
        ) : (
          <FigureCard key={figure.label} {...figure} />
        ),
      )}
    </div>
  );
}

function Sparkline({ values }: { readonly values: readonly number[] }) {
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * 72;
    const y = 22 - ((value - low) / span) * 20;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg className={styles['spark']} viewBox="-1 0 74 24" aria-hidden>
      <polyline points={points.join(' ')} fill="none" stroke="var(--brand)" strokeWidth="1.8" strokeLinejoin="round" />
    </svg>
  );
}
