import { PlayCircleOutlined } from '@ant-design/icons';
import {
  getJourney,
  getJourneyFigures,
  listJourneys,
  publishJourney,
  saveJourney,
} from '@shuke/server/contracts/journeys';
import type { Journey } from '@shuke/server/contracts/journeys';
import { Alert, Button, Input } from 'antd';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { FlowCanvas } from '../../ui/canvas/flow-canvas.tsx';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { Count } from '../../ui/formatted.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { Inspector } from './inspector.tsx';
import { useJourneyChoices } from './journey-choices.ts';
import { couponBefore, toGraph, toJourney } from './journey-graph.ts';
import type { JourneyGraph, NodeData } from './journey-graph.ts';
import { useNodeKinds } from './node-kinds.tsx';
import { NodeOutcomes } from './node-outcomes.tsx';
import { problemsOf } from './problems.ts';
import { RehearsalDrawer } from './rehearsal-drawer.tsx';

import styles from './journeys.module.css';

export type JourneyDetail = Reply<typeof getJourney>;
type Figures = Reply<typeof getJourneyFigures>;

const empty: Journey = {
  entry: { kind: 'event', event: 'Order Paid', condition: null },
  reentry: 'never',
  maxEntrants: null,
  exitOn: [],
  start: null,
  nodes: [],
  layout: {},
};

/** The canvas of a journey with saving, rehearsing and publishing. */
export function JourneyEditor({ journey }: { readonly journey: JourneyDetail }) {
  const { t } = useTranslation('journeys');
  const may = useCan('journeys.write') && journey.status !== 'archived';
  const stored = journey.draft ?? journey.published ?? empty;
  const [saved, setSaved] = useState({ name: journey.name, content: stored, revision: journey.revision });
  const [name, setName] = useState(journey.name);
  const [initial] = useState(() => toGraph(stored));
  const [graph, setGraph] = useState<JourneyGraph>(initial);
  const [rehearsing, setRehearsing] = useState(false);
  const choices = useJourneyChoices();
  const kinds = useNodeKinds(choices);
  const figures = useRead(
    getJourneyFigures,
    { params: { journeyId: journey.journeyId } },
    { enabled: journey.publishedVersion !== null, refetchEveryMs: 10_000 },
  );
  const content = useMemo(() => toJourney(graph, stored), [graph, stored]);
  const { canSave, problems } = problemsOf(content, graph);
  const isChanged =
    name !== saved.name || (graph !== initial && JSON.stringify(content) !== JSON.stringify(saved.content));
  const save = useWrite(saveJourney, {
    refreshes: [getJourney, listJourneys],
    onDone: ({ revision }) => setSaved({ name, content, revision }),
  });
  const params = { journeyId: journey.journeyId };
  const inspect = (node: JourneyGraph['nodes'][number], change: (data: NodeData) => void) => (
    <>
      <Inspector
        key={node.id}
        data={node.data}
        choices={choices}
        disabled={!may}
        couponBefore={couponBefore(graph, node.id)}
        onChange={change}
      />
      <NodeOutcomes nodeId={node.id} figures={figures.data} />
    </>
  );
  const store = () => save.mutateAsync({ params, body: { name, content, revision: saved.revision } });
  return (
    <>
      <div className={styles['toolbar']}>
        <Input
          aria-label={t('journey.name')}
          maxLength={120}
          disabled={!may}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {isChanged ? <Label tone="warn">{t('editor.unsaved')}</Label> : null}
        <span className={styles['spacer']} />
        <Button icon={<PlayCircleOutlined />} disabled={!canSave} onClick={() => setRehearsing(true)}>
          {t('rehearsal.open')}
        </Button>
        {may ? (
          <Button
            disabled={!isChanged || !canSave || name.trim() === ''}
            loading={save.isPending}
            onClick={() => void store().catch(() => undefined)}
          >
            {t('editor.save')}
          </Button>
        ) : null}
        {may ? (
          <Publish
            journey={journey}
            content={content}
            disabled={!canSave || problems.length > 0 || (!isChanged && !journey.hasDraft)}
            before={async () => {
              if (isChanged) await store();
            }}
          />
        ) : null}
      </div>
      {save.error === null ? null : (
        <Alert style={{ marginBottom: 12 }} type="error" showIcon title={errorText(save.error)} />
      )}
      <FlowCanvas
        initial={initial}
        kinds={kinds}
        readOnly={!may}
        problems={problems}
        counts={countsOf(figures.data, graph, t)}
        onChange={setGraph}
        inspector={inspect}
      />
      {rehearsing ? <RehearsalDrawer content={content} choices={choices} onClose={() => setRehearsing(false)} /> : null}
    </>
  );
}

/** Under each node: who stands there, how many went on, and how many messages have not left yet. */
function countsOf(
  figures: Figures | undefined,
  graph: JourneyGraph,
  t: ReturnType<typeof useTranslation<'journeys'>>['t'],
): ReadonlyMap<string, ReactNode> {
  if (figures === undefined) return new Map();
  const standing = new Map(figures.standing.map(({ nodeId, customers }) => [nodeId, customers]));
  const held = new Map(figures.held.map((one) => [one.nodeId, one]));
  const through = new Map<string, number>();
  for (const { nodeId, outcome, count } of figures.outcomes) {
    // Waiting is not going on: it is followed by an outcome of its own. A message that has not left is no message yet.
    if (outcome !== 'waiting' && outcome !== 'reserved') through.set(nodeId, (through.get(nodeId) ?? 0) + count);
  }
  return new Map(
    graph.nodes.flatMap(({ id }) => {
      const [here, gone, later] = [standing.get(id) ?? 0, through.get(id) ?? 0, held.get(id)];
      if (here === 0 && gone === 0 && later === undefined) return [];
      return [
        [
          id,
          <>
            <span className={styles['count']}>
              {t('counts.here')} <Count compact value={here} />
            </span>
            <span className={styles['through']}>
              {t('counts.through')} <Count compact value={gone} />
            </span>
            {later === undefined ? null : (
              <span className={styles['through']}>
                {t('counts.held')} <Count compact value={later.messages} />
              </span>
            )}
          </>,
        ] as const,
      ];
    }),
  );
}

interface PublishProps {
  readonly journey: JourneyDetail;
  readonly content: Journey;
  readonly disabled: boolean;
  /** Saves what is on the canvas. */
  readonly before: () => Promise<void>;
}

function Publish({ journey, content, disabled, before }: PublishProps) {
  const { t } = useTranslation('journeys');
  const may = useCan('journeys.publish');
  const { segments } = useJourneyChoices();
  const [note, setNote] = useState('');
  const publish = useWrite(publishJourney, { refreshes: [getJourney, listJourneys, getJourneyFigures] });
  const { entry } = content;
  const people = entry.kind === 'event' ? 0 : (segments.find(({ value }) => value === entry.segmentId)?.customers ?? 0);
  if (!may) return null;
  return (
    <ConfirmAction
      button={{ type: 'primary', disabled }}
      label={t('publish.label')}
      title={t('publish.title', { name: journey.name })}
      consequence={
        <>
          <p>{t(`publish.${entry.kind}`, { count: people })}</p>
          {journey.active === 0 ? null : <p>{t('publish.running', { count: journey.active })}</p>}
          <Input
            style={{ marginTop: 12 }}
            maxLength={200}
            aria-label={t('publish.note')}
            placeholder={t('publish.note')}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </>
      }
      confirmLabel={t('publish.label')}
      run={async () => {
        await before();
        await publish.mutateAsync({ params: { journeyId: journey.journeyId }, body: { note } });
      }}
    />
  );
}
