import type { ReactNode } from 'react';

import { formatInstant } from '../lib/format.ts';
import { useTimeZone } from '../lib/time-zone.ts';
import { When } from './formatted.tsx';
import type { Tone } from './status-tag.tsx';

import styles from './timeline.module.css';

export interface TimelineItem {
  readonly key: string;
  readonly at: string;
  readonly tone: Tone;
  readonly icon?: ReactNode;
  readonly title: ReactNode;
  readonly detail?: ReactNode;
}

/** What happened, newest first, by day in the brand's time zone. */
export function Timeline({ items }: { readonly items: readonly TimelineItem[] }) {
  const zone = useTimeZone();
  const days = Map.groupBy(items, ({ at }) => formatInstant(at, 'date', zone));
  return (
    <ol className={styles['days']}>
      {[...days].map(([day, happened]) => (
        <li key={day}>
          <h3 className={styles['day']}>{day}</h3>
          <ol className={styles['items']}>
            {happened.map((item) => (
              <li key={item.key} className={styles['item']}>
                <span className={styles['sign']} data-tone={item.tone} aria-hidden>
                  {item.icon}
                </span>
                <div className={styles['body']}>
                  <div className={styles['title']}>{item.title}</div>
                  {item.detail === undefined ? null : <div className={styles['detail']}>{item.detail}</div>}
                </div>
                <span className={styles['at']}>
                  <When at={item.at} shape="time" />
                </span>
              </li>
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}
