import { changeSource, listSources, rotateWriteKey } from '@shuke/server/contracts/collect';
import { Button, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import { ApiError } from '../../lib/api-error.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DetailPage } from '../../ui/detail-page.tsx';
import { Count, When } from '../../ui/formatted.tsx';
import { Card, Facts } from '../../ui/page.tsx';
import { ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label, StatusTag } from '../../ui/status-tag.tsx';
import { EventNames } from './event-names.tsx';
import { InstallSnippet } from './install-snippet.tsx';
import { LiveDebugger } from './live-debugger.tsx';
import { SourceForm } from './source-form.tsx';
import type { Source } from './sources-page.tsx';
import { WriteKeyDialog } from './write-key-dialog.tsx';
import type { SourceWithKey } from './write-key-dialog.tsx';

const notThere = new ApiError({ status: 404, code: 'not_found', message: 'The source does not exist.' });

/** One source: what arrives, which events it sends, how to send to it. */
export function SourcePage() {
  const { t } = useTranslation('collect');
  const sourceId = Number(useParams()['sourceId']);
  // Sources are few; the page reads the list it came from.
  const sources = useRead(listSources, { query: { limit: 200 } }, { refetchEveryMs: 10_000 });
  if (sources.isPending) return <PageSkeleton />;
  const source = sources.data?.items.find((one) => one.sourceId === sourceId);
  if (source === undefined)
    return <ErrorState error={sources.error ?? notThere} retry={() => void sources.refetch()} />;
  return (
    <DetailPage
      title={source.name}
      badges={
        <>
          <Label>{t(`kinds.${source.kind}`)}</Label>
          <StatusTag tone={source.enabled ? 'good' : 'neutral'}>
            {t(source.enabled ? 'sources.enabled' : 'sources.disabled')}
          </StatusTag>
          {source.trusted ? <Label tone="brand">{t('sources.trusted')}</Label> : null}
        </>
      }
      back={{ label: t('sources.title'), path: '/settings/sources' }}
      actions={<SourceActions source={source} />}
      summary={<Summary source={source} />}
      tabs={[
        { key: 'live', label: t('live.title'), content: <LiveDebugger sourceId={source.sourceId} /> },
        { key: 'events', label: t('events.seen'), content: <EventNames sourceId={source.sourceId} /> },
        {
          key: 'install',
          label: t('snippets.title'),
          content: (
            <Card title={t('snippets.title')} hint={t('snippets.hint')}>
              <InstallSnippet kind={source.kind} writeKey={t('snippets.placeholder')} />
            </Card>
          ),
        },
      ]}
    />
  );
}

function Summary({ source }: { readonly source: Source }) {
  const { t } = useTranslation('collect');
  return (
    <Card title={t('sources.facts')}>
      <Facts
        items={[
          [t('sources.events'), <Count key="events" value={source.events} />],
          [t('sources.lastEvent'), <When key="last" at={source.lastEventAt} shape="relative" />],
          [t('sources.refused'), <Count key="refused" value={source.openDeadLetters} />],
          [
            t('sources.writeKey'),
            <span key="key" className="mono">
              {source.writeKeyHint}
            </span>,
          ],
          ...(source.previousKeyUntil === null
            ? []
            : [[t('sources.oldKeyUntil'), <When key="old" at={source.previousKeyUntil} />] as const]),
          [t('sources.limit'), <Count key="limit" value={source.eventsPerS} />],
          [t('sources.origins'), source.allowedOrigins.join(', ') || t('sources.anyOrigin')],
          [t('sources.createdAt'), <When key="created" at={source.createdAt} shape="date" />],
        ]}
      />
    </Card>
  );
}

function SourceActions({ source }: { readonly source: Source }) {
  const { t } = useTranslation('collect');
  const mayWrite = useCan('collect.write');
  const [editing, setEditing] = useState(false);
  const [made, setMade] = useState<SourceWithKey | null>(null);
  const [keepHours, setKeepHours] = useState(24);
  const change = useWrite(changeSource, { refreshes: [listSources] });
  const rotate = useWrite(rotateWriteKey, { refreshes: [listSources], onDone: setMade });
  if (!mayWrite) return null;
  const params = { sourceId: source.sourceId };
  return (
    <>
      <Button onClick={() => setEditing(true)}>{t('edit')}</Button>
      <ConfirmAction
        label={t('sources.rotate')}
        title={t('sources.rotateTitle', { name: source.name })}
        consequence={
          <>
            <p>{t('sources.rotateConsequence')}</p>
            <label style={{ display: 'flex', alignItems: 'center', gap: 8, marginTop: 8 }}>
              {t('sources.keepOld')}
              <InputNumber min={0} max={720} value={keepHours} onChange={(hours) => setKeepHours(hours ?? 0)} />
            </label>
          </>
        }
        confirmLabel={t('sources.rotate')}
        run={() => rotate.mutateAsync({ params, body: { keepOldForHours: keepHours } })}
      />
      <ConfirmAction
        danger={source.enabled}
        label={t(source.enabled ? 'sources.switchOff' : 'sources.switchOn')}
        title={t(source.enabled ? 'sources.switchOffTitle' : 'sources.switchOnTitle', { name: source.name })}
        consequence={t(source.enabled ? 'sources.switchOffConsequence' : 'sources.switchOnConsequence')}
        confirmLabel={t(source.enabled ? 'sources.switchOff' : 'sources.switchOn')}
        run={() => change.mutateAsync({ params, body: { enabled: !source.enabled } })}
      />
      <SourceForm open={editing} source={source} onClose={() => setEditing(false)} />
      <WriteKeyDialog made={made} onClose={() => setMade(null)} />
    </>
  );
}
