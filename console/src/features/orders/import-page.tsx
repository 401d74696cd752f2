import { downloadRejects, findImport, listImports, pauseImport, startImport } from '@shuke/server/contracts/orders';
import { Alert, Button, Progress, Steps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { channelText } from '../../i18n/channel-text.ts';
import { useLocale } from '../../i18n/index.ts';
import { addressOf } from '../../lib/api.ts';
import { formatBytes, formatDuration } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { FigureRow } from '../../ui/figure-card.tsx';
import { Count, When } from '../../ui/formatted.tsx';
import { Card, Facts, Page } from '../../ui/page.tsx';
import { ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { ImportPreview } from './import-preview.tsx';
import { ImportState, isMoving } from './import-states.tsx';
import type { Import } from './import-states.tsx';

const steps = { uploaded: 1, queued: 2, running: 2, paused: 2, failed: 2, done: 3 } as const;

/** One import, from the file to its orders. */
export function ImportPage() {
  const { t } = useTranslation('orders');
  const { importId = '' } = useParams();
  const answer = useRead(
    findImport,
    { params: { importId } },
    { refetchWhile: (one) => isMoving(one.state), refetchEveryMs: 1_000 },
  );
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const one = answer.data;
  return (
    <Page
      title={one.fileName}
      badges={<ImportState state={one.state} />}
      back={{ label: t('imports.title'), path: '/order-imports' }}
      actions={one.state === 'uploaded' ? undefined : <ImportActions one={one} />}
    >
      <Card>
        <Steps
          size="small"
          current={steps[one.state]}
          status={one.state === 'failed' ? 'error' : one.state === 'done' ? 'finish' : 'process'}
          items={(['upload', 'check', 'run', 'done'] as const).map((step) => ({ title: t(`importSteps.${step}`) }))}
        />
      </Card>
      {one.state === 'uploaded' ? <ImportPreview importId={importId} /> : <ImportRun one={one} />}
    </Page>
  );
}

function ImportActions({ one }: { readonly one: Import }) {
  const { t } = useTranslation('orders');
  const params = { importId: one.importId };
  const start = useWrite(startImport, { refreshes: [findImport, listImports] });
  const pause = useWrite(pauseImport, { refreshes: [findImport, listImports] });
  return (
    <>
      {one.rowsRejected > 0 ? (
        <Button href={addressOf(downloadRejects, { params })} download>
          {t('imports.downloadRejects', { count: one.rowsRejected })}
        </Button>
      ) : null}
      {isMoving(one.state) ? (
        <ConfirmAction
          label={t('imports.pause')}
          title={t('imports.pause')}
          consequence={t('imports.pauseConsequence')}
          confirmLabel={t('imports.pause')}
          run={() => pause.mutateAsync({ params })}
        />
      ) : null}
      {one.state === 'paused' || one.state === 'failed' ? (
        <Button type="primary" loading={start.isPending} onClick={() => start.mutate({ params })}>
          {t('imports.goOn')}
        </Button>
      ) : null}
      {one.state === 'done' ? (
        <Link to={`/orders?importId=${one.importId}`}>
          <Button type="primary">{t('imports.seeOrders')}</Button>
        </Link>
      ) : null}
    </>
  );
}

function ImportRun({ one }: { readonly one: Import }) {
  const { t } = useTranslation('orders');
  const locale = useLocale();
  const now = useNow();
  const part = one.rowsTotal ? one.rowsDone / one.rowsTotal : one.state === 'done' ? 1 : 0;
  const elapsedMs =
    one.startedAt === null
      ? null
      : (one.finishedAt === null ? now.getTime() : Date.parse(one.finishedAt)) - Date.parse(one.startedAt);
  return (
    <>
      {one.state === 'failed' ? (
        <Alert
          type="error"
          showIcon
          title={t('imports.failed')}
          description={t(`importFailures.${one.errorCode}`, { ...one.errorDetails, defaultValue: one.errorCode ?? '' })}
        />
      ) : null}
      <Card title={t('imports.progress')}>
        <Progress
          percent={Math.floor(part * 100)}
          status={one.state === 'failed' ? 'exception' : one.state === 'done' ? 'success' : 'active'}
        />
        <p>
          <Count value={one.rowsDone} /> / <Count value={one.rowsTotal} /> {t('imports.rows')}
          {elapsedMs === null ? null : ` · ${formatDuration(Math.max(elapsedMs, 0), locale)}`}
        </p>
      </Card>
      <FigureRow
        figures={[
          { label: t('imports.created'), value: <Count value={one.ordersCreated} /> },
          { label: t('imports.updated'), value: <Count value={one.ordersUpdated} /> },
          {
            label: t('imports.unchanged'),
            value: <Count value={one.ordersUnchanged} />,
            explanation: t('imports.unchangedExplain'),
          },
          {
            label: t('imports.rejected'),
            value: <Count value={one.rowsRejected} />,
            explanation: t('imports.rejectedExplain'),
          },
        ]}
      />
      <Card title={t('imports.settings')}>
        <Facts
          items={[
            [t('settings.format'), one.settings.format],
            [t('settings.encoding'), one.settings.encoding.toUpperCase()],
            [t('settings.channel'), channelText(one.settings.channel)],
            [t('settings.shop'), one.settings.shop],
            [t('settings.currency'), one.settings.currency],
            [t('settings.timeZone'), one.settings.timeZone],
            [t('imports.size'), formatBytes(one.sizeBytes, locale)],
            [t('imports.startedAt'), <When key="started" at={one.startedAt} shape="second" />],
            [t('imports.finishedAt'), <When key="finished" at={one.finishedAt} shape="second" />],
          ]}
        />
      </Card>
    </>
  );
}
