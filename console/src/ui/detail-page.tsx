import { Tabs } from 'antd';
import type { ReactNode } from 'react';

import { useUrlState } from '../lib/url-state.ts';
import { Page } from './page.tsx';

import styles from './detail-page.module.css';

export interface DetailTab {
  readonly key: string;
  readonly label: ReactNode;
  readonly content: ReactNode;
}

interface DetailPageProps {
  readonly title: string;
  readonly purpose?: ReactNode;
  readonly badges?: ReactNode;
  readonly actions?: ReactNode;
  readonly back: { readonly label: string; readonly path: string };
  /** At the left (below the head on narrow screens): who or what this is, at a glance. */
  readonly summary?: ReactNode;
  readonly tabs: readonly DetailTab[];
}

/** The page of one thing: summary, tabs kept in the address, actions. */
export function DetailPage({ title, purpose, badges, actions, back, summary, tabs }: DetailPageProps) {
  const [search, change] = useUrlState();
  const active = tabs.find((tab) => tab.key === search.get('tab')) ?? tabs[0];
  return (
    <Page title={title} purpose={purpose} badges={badges} actions={actions} back={back}>
      <div className={styles['layout']} data-summary={summary !== undefined}>
        {summary === undefined ? null : <aside className={styles['summary']}>{summary}</aside>}
        <div className={styles['content']}>
          <Tabs
            activeKey={active?.key ?? ''}
            onChange={(key) => change({ tab: key })}
            items={tabs.map(({ key, label, content }) => ({
              key,
              label,
              // Only the tab on screen is alive: the others neither load nor poll.
              children: key === active?.key ? <div className={styles['panel']}>{content}</div> : null,
            }))}
          />
        </div>
      </div>
    </Page>
  );
}
