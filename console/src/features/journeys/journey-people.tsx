import { listJourneyRuns, traceCustomer } from '@shuke/server/contracts/journeys';
import { Button, Drawer, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { useList, useRead } from '../../lib/query.ts';
import { useUrlState } from '../../lib/url-state.ts';
import { CustomerLink } from '../../ui/customer-link.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { When } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label, StatusTag } from '../../ui/status-tag.tsx';
import { useJourneyChoices } from './journey-choices.ts';
import type { JourneyDetail } from './journey-editor.tsx';
import type { NodeData } from './journey-graph.ts';
import { useNodeText } from './node-kinds.tsx';
import { endText, outcomeText, reasonText } from './outcome-text.ts';

import styles from './journeys.module.css';

type Run = Reply<typeof listJourneyRuns>['items'][number];

/** Names the nodes of the published journey, and of the draft where it has more. */
function useNodeNames(journey: JourneyDetail): (nodeId: string) => string {
  const { t } = useTranslation('journeys');
  const text = useNodeText(useJourneyChoices());
  const nodes = new Map(
    [...(journey.draft?.nodes ?? []), ...(journey.published?.nodes ?? [])].map((node) => [node.id, node as NodeData]),
  );
  return (nodeId) => {
    const node = nodes.get(nodeId);
    if (node === undefined) return t('people.goneNode');
    const detail = text(node);
    return detail === '' ? t(`nodes.${node.kind}`) : `${t(`nodes.${node.kind}`)} · ${detail}`;
  };
}

/** The people in a journey and where they stand; one's whole trace on demand. */
export function JourneyPeople({ journey }: { readonly journey: JourneyDetail }) {
  const { t } = useTranslation('journeys');
  const [search, change] = useUrlState();
  const nodeId = search.get('node') ?? undefined;
  const [traced, setTraced] = useState<Run | null>(null);
  const nodeName = useNodeNames(journey);
  const runs = useList(
    listJourneyRuns,
    { params: { journeyId: journey.journeyId }, query: { nodeId, limit: 50 } },
    { refetchEveryMs: 10_000 },
  );
  const columns: Column<Run>[] = [
    {
      key: 'name',
      title: t('people.customer'),
      render: (run) => <CustomerLink customerId={run.customerId} name={run.displayName} />,
    },
    {
      key: 'state',
      title: t('people.state'),
      render: (run) =>
        run.endedAt === null ? (
          <StatusTag tone="brand">{t('people.inside')}</StatusTag>
        ) : (
          <StatusTag tone="neutral">{endText(t, run.exitReason ?? 'completed')}</StatusTag>
        ),
    },
    { key: 'node', title: t('people.node'), render: (run) => nodeName(run.nodeId) },
    { key: 'due', title: t('people.due'), render: (run) => <When at={run.dueAt} shape="relative" /> },
    { key: 'started', title: t('people.startedAt'), render: (run) => <When at={run.startedAt} /> },
    { key: 'version', title: t('journey.version'), render: (run) => t('journey.versionNo', { version: run.version }) },
    {
      key: 'trace',
      title: '',
      align: 'right',
      render: (run) => (
        <Button type="text" size="small" onClick={() => setTraced(run)}>
          {t('people.trace')}
        </Button>
      ),
    },
  ];
  return (
    <Card
      flush
      title={t('people.title')}
      hint={t('people.hint')}
      extra={
        <Select<string>
          allowClear
          aria-label={t('people.node')}
          placeholder={t('people.anyNode')}
          value={nodeId ?? null}
          popupMatchSelectWidth={false}
          style={{ minWidth: 200 }}
          options={(journey.published?.nodes ?? []).map(({ id }) => ({ value: id, label: nodeName(id) }))}
          onChange={(value: string | undefined) => change({ node: value ?? null })}
        />
      }
    >
      <DataTable<Run>
        label={t('people.title')}
        rowKey={(run) => run.runId}
        columns={columns}
        list={runs}
        empty={<EmptyState compact title={t('people.nobody')} hint={t('people.nobodyHint')} />}
      />
      {traced === null ? null : (
        <Trace journeyId={journey.journeyId} run={traced} nodeName={nodeName} onClose={() => setTraced(null)} />
      )}
    </Card>
  );
}

interface TraceProps {
  readonly journeyId: string;
  readonly run: Run;
  readonly nodeName: (nodeId: string) => string;
  readonly onClose: () => void;
}

/** Why a customer did or did not get something: every step with its outcome. */
function Trace({ journeyId, run, nodeName, onClose }: TraceProps) {
  const { t } = useTranslation('journeys');
  const answer = useRead(traceCustomer, { params: { journeyId, customerId: run.customerId } }, { staleMs: 0 });
  return (
    <Drawer title={t('people.traceTitle', { name: run.displayName })} size={720} open onClose={onClose}>
      {answer.isPending ? <PageSkeleton /> : null}
      {answer.isError ? <ErrorState error={answer.error} retry={() => void answer.refetch()} /> : null}
      <div className={styles['rehearsed']}>
        {answer.data?.runs.map((one) => (
          <section key={one.runId} className={styles['person']}>
            <div className={styles['personHead']}>
              <strong>
                <When at={one.startedAt} /> · {t('journey.versionNo', { version: one.version })}
              </strong>
              <Label tone={one.endedAt === null ? 'brand' : 'neutral'}>
                {one.endedAt === null ? t('people.inside') : endText(t, one.exitReason ?? 'completed')}
              </Label>
            </div>
            <ol className={styles['steps']}>
              {one.steps.map((step) => (
                <li key={step.step}>
                  <When at={step.at} shape="second" />
                  <span>{nodeName(step.nodeId)}</span>
                  <span>
                    {outcomeText(t, step.outcome)}
                    {step.reason === null ? null : ` (${reasonText(t, step.reason)})`}
                  </span>
                </li>
              ))}
            </ol>
          </section>
        ))}
      </div>
    </Drawer>
  );
}
