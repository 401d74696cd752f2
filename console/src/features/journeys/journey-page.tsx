import { getJourney, listJourneys, setJourneyStatus } from '@shuke/server/contracts/journeys';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DetailPage } from '../../ui/detail-page.tsx';
import { Count } from '../../ui/formatted.tsx';
import { ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { JourneyEditor } from './journey-editor.tsx';
import type { JourneyDetail } from './journey-editor.tsx';
import { JourneyPeople } from './journey-people.tsx';
import { JourneyVersions } from './journey-versions.tsx';
import { JourneyStatus } from './journeys-page.tsx';

/** One journey: its canvas, the people in it, its versions, and whether it runs. */
export function JourneyPage() {
  const { t } = useTranslation('journeys');
  const { journeyId = '' } = useParams();
  const answer = useRead(getJourney, { params: { journeyId } }, { refetchEveryMs: 15_000 });
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const journey = answer.data;
  return (
    <DetailPage
      title={journey.name}
      badges={<JourneyStatus journey={journey} />}
      back={{ label: t('list.title'), path: '/journeys' }}
      actions={<Lifecycle journey={journey} />}
      tabs={[
        {
          key: 'canvas',
          label: t('tabs.canvas'),
          // Another version (published here, rolled back, or by someone else) starts the canvas again.
          content: <JourneyEditor key={`${journeyId} ${journey.publishedVersion}`} journey={journey} />,
        },
        {
          key: 'people',
          label: (
            <>
              {t('tabs.people')} <Count compact value={journey.entered} />
            </>
          ),
          content: <JourneyPeople journey={journey} />,
        },
        { key: 'versions', label: t('tabs.versions'), content: <JourneyVersions journey={journey} /> },
      ]}
    />
  );
}

/** Pausing, going on, and stopping for good, each with what it means. */
function Lifecycle({ journey }: { readonly journey: JourneyDetail }) {
  const { t } = useTranslation('journeys');
  const may = useCan('journeys.publish');
  const change = useWrite(setJourneyStatus, { refreshes: [getJourney, listJourneys] });
  if (!may || journey.status === 'archived' || journey.publishedVersion === null) return null;
  const set = (status: JourneyDetail['status']) => () =>
    change.mutateAsync({ params: { journeyId: journey.journeyId }, body: { status } });
  const { name, active: count } = journey;
  return (
    <>
      {journey.status === 'active' ? (
        <ConfirmAction
          label={t('lifecycle.pause')}
          title={t('lifecycle.pauseTitle', { name })}
          consequence={t('lifecycle.pauseConsequence', { count })}
          confirmLabel={t('lifecycle.pause')}
          run={set('paused')}
        />
      ) : (
        <ConfirmAction
          button={{ type: 'primary' }}
          label={t('lifecycle.resume')}
          title={t('lifecycle.resumeTitle', { name })}
          consequence={t('lifecycle.resumeConsequence', { count })}
          confirmLabel={t('lifecycle.resume')}
          run={set('active')}
        />
      )}
      <ConfirmAction
        danger
        label={t('lifecycle.stop')}
        title={t('lifecycle.stopTitle', { name })}
        consequence={t('lifecycle.stopConsequence', { count })}
        confirmLabel={t('lifecycle.stop')}
        run={set('archived')}
      />
    </>
  );
}
