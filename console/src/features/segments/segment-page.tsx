import { archiveSegment, getSegment, listSegments } from '@shuke/server/contracts/segments';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';

import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DetailPage } from '../../ui/detail-page.tsx';
import { Count } from '../../ui/formatted.tsx';
import { ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { ExplainPerson } from './explain-person.tsx';
import { SegmentEditor } from './segment-editor.tsx';
import { SegmentMembers } from './segment-members.tsx';
import { SegmentVersions } from './segment-versions.tsx';
import { SegmentStatus } from './segments-page.tsx';

/** One segment: its condition, its people, its versions, and why somebody is in it. */
export function SegmentPage() {
  const { t } = useTranslation('segments');
  const { segmentId = '' } = useParams();
  const navigate = useNavigate();
  const mayWrite = useCan('segments.write');
  const answer = useRead(getSegment, { params: { segmentId } });
  const archive = useWrite(archiveSegment, { refreshes: [listSegments] });
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const segment = answer.data;
  return (
    <DetailPage
      title={segment.name}
      purpose={segment.description === '' ? undefined : segment.description}
      badges={<SegmentStatus segment={segment} />}
      back={{ label: t('list.title'), path: '/segments' }}
      actions={
        mayWrite && segment.status !== 'archived' ? (
          <ConfirmAction
            danger
            label={t('archive.label')}
            title={t('archive.title', { name: segment.name })}
            consequence={t('archive.consequence', { count: segment.customers })}
            confirmLabel={t('archive.label')}
            run={async () => {
              await archive.mutateAsync({ params: { segmentId } });
              void navigate('/segments');
            }}
          />
        ) : undefined
      }
      tabs={[
        {
          key: 'design',
          label: t('tabs.design'),
          // A new revision (saved here or by someone else) starts the editor again.
          content: <SegmentEditor key={`${segment.revision} ${segment.publishedVersion}`} segment={segment} />,
        },
        ...(segment.publishedVersion === null
          ? []
          : [
              {
                key: 'members',
                label: (
                  <>
                    {t('tabs.members')} <Count compact value={segment.customers} />
                  </>
                ),
                content: <SegmentMembers segmentId={segmentId} />,
              },
              { key: 'why', label: t('tabs.why'), content: <ExplainPerson segmentId={segmentId} /> },
              { key: 'versions', label: t('tabs.versions'), content: <SegmentVersions segment={segment} /> },
            ]),
      ]}
    />
  );
}
