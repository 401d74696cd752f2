import { ReloadOutlined, SettingOutlined } from '@ant-design/icons';
import { getRfm, getRfmRun, requestRfmRun } from '@shuke/server/contracts/tags';
import { Alert, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { errorText } from '../../i18n/index.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useUrlState } from '../../lib/url-state.ts';
import { FigureRow } from '../../ui/figure-card.tsx';
import { Count, Money, Percent, When } from '../../ui/formatted.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { rfmGroups, selectionOf } from './rfm-groups.ts';
import type { Rfm } from './rfm-groups.ts';
import { RfmMatrix } from './rfm-matrix.tsx';
import { RfmPeople } from './rfm-people.tsx';
import { RfmSettings } from './rfm-settings.tsx';

import styles from './rfm.module.css';

/** Who is worth most, who is slipping away: scores, groups and the people in them. */
export function RfmPage() {
  const { t } = useTranslation('tags');
  const mayWrite = useCan('tags.write');
  const [search, change] = useUrlState();
  const [editing, setEditing] = useState(false);
  const answer = useRead(getRfm, {});
  const selection = selectionOf(search);
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const rfm = answer.data;
  const settings = (
    <Button icon={<SettingOutlined />} onClick={() => setEditing(true)}>
      {t('rfm.settings')}
    </Button>
  );
  return (
    <Page
      title={t('rfm.title')}
      purpose={t('rfm.purpose')}
      actions={
        mayWrite ? (
          <>
            {settings}
            <Recompute onDone={() => void answer.refetch()} />
          </>
        ) : undefined
      }
    >
      {rfm.run === null || rfm.matrix.length === 0 ? (
        <EmptyState title={t('rfm.empty')} hint={t('rfm.emptyHint')} />
      ) : (
        <Board rfm={rfm} />
      )}
      <RfmPeople
        selection={selection}
        currency={rfm.run?.currency ?? 'CNY'}
        onClose={() => change({ r: null, f: null, group: null, top: null })}
      />
      {editing ? <RfmSettings settings={rfm.settings} onClose={() => setEditing(false)} /> : null}
    </Page>
  );
}

/** Asks for a new computation and follows it. */
function Recompute({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation('tags');
  const [runId, setRunId] = useState<string | null>(null);
  const request = useWrite(requestRfmRun, { onDone: (reply) => setRunId(reply.runId) });
  const run = useRead(
    getRfmRun,
    { params: { runId: runId ?? '-' } },
    {
      enabled: runId !== null,
      refetchEveryMs: 1_000,
      refetchWhile: ({ state }) => state === 'queued' || state === 'running',
    },
  );
  const state = runId === null ? null : (run.data?.state ?? 'queued');
  useEffect(() => {
    if (state === 'done') onDone();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once per change of the state
  }, [state]);
  const isRunning = state === 'queued' || state === 'running';
  return (
    <>
      <Button
        type="primary"
        icon={<ReloadOutlined />}
        loading={request.isPending || isRunning}
        onClick={() => request.mutate({ body: {} })}
      >
        {state === 'queued' || state === 'running' ? t(`rfm.states.${state}`) : t('rfm.recompute')}
      </Button>
      {request.error === null ? null : <Alert type="error" showIcon title={errorText(request.error)} />}
      {state === 'failed' ? (
        <Alert type="error" showIcon title={t('rfm.failed', { failure: run.data?.failure ?? '' })} />
      ) : null}
    </>
  );
}

function Board({ rfm }: { readonly rfm: Rfm }) {
  const { t } = useTranslation('tags');
  const currency = rfm.run?.currency ?? 'CNY';
  const customers = rfm.groups.reduce((sum, group) => sum + group.customers, 0);
  const money = rfm.groups.reduce((sum, group) => sum + group.monetaryMinor, 0);
  return (
    <>
      <FigureRow
        figures={[
          { label: t('rfm.scored'), value: <Count compact value={customers} />, explanation: t('rfm.scoredExplain') },
          { label: t('rfm.money'), value: <Money compact fen={money} currency={currency} />, note: windowNote(t, rfm) },
          {
            label: t('rfm.top', { share: rfm.settings.topShareBps / 100 }),
            value: <Count compact value={rfm.top.customers} />,
            note: (
              <>
                {t('rfm.topShare')} <Percent bps={rfm.top.shareOfMoneyBps} />
              </>
            ),
            explanation: t('rfm.topExplain'),
            path: '?top=1',
          },
          {
            label: t('rfm.computedAt'),
            value: <When at={rfm.run?.finishedAt ?? null} shape="relative" />,
            note: t('rfm.asOf', { day: rfm.run?.asOfOn ?? '—' }),
          },
        ]}
      />
      <RfmMatrix rfm={rfm} currency={currency} />
      <section aria-label={t('rfm.groups')} className={styles['groups']}>
        {rfmGroups.map((name) => {
          const group = rfm.groups.find((one) => one.group === name);
          return (
            <Link key={name} to={`?group=${name}`} className={styles['group']} data-group={name}>
              <strong>{t(`groups.${name}.name`)}</strong>
              <span className={styles['groupHint']}>{t(`groups.${name}.hint`)}</span>
              <span className={styles['groupFigures']}>
                <span className={styles['groupCount']}>
                  <Count compact value={group?.customers ?? 0} />
                </span>
                <Percent ratio={customers === 0 ? null : (group?.customers ?? 0) / customers} />
              </span>
              <span className={styles['groupFoot']}>
                <Money compact fen={group?.monetaryMinor ?? 0} currency={currency} />
                {group === undefined ? null : (
                  <span>{t('rfm.averageRecency', { count: Math.round(group.averageRecencyDays) })}</span>
                )}
              </span>
            </Link>
          );
        })}
      </section>
    </>
  );
}

function windowNote(t: ReturnType<typeof useTranslation<'tags'>>['t'], { run }: Rfm): string | undefined {
  return run?.fromOn && run.asOfOn ? t('rfm.window', { from: run.fromOn, until: run.asOfOn }) : undefined;
}
