import { getJourney, listJourneys, rollBackJourney } from '@shuke/server/contracts/journeys';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { When, orDash } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { rowsAtHand } from '../../ui/table-rows.ts';
import type { JourneyDetail } from './journey-editor.tsx';

/** What a journey was, version by version, and the way back. */
export function JourneyVersions({ journey }: { readonly journey: JourneyDetail }) {
  const { t } = useTranslation('journeys');
  const may = useCan('journeys.publish') && journey.status !== 'archived';
  const rollBack = useWrite(rollBackJourney, { refreshes: [getJourney, listJourneys] });
  type Version = JourneyDetail['versions'][number];
  return (
    <Card flush title={t('tabs.versions')} hint={t('versions.hint')}>
      <DataTable<Version>
        label={t('tabs.versions')}
        rowKey={({ version }) => version}
        columns={[
          {
            key: 'version',
            title: t('journey.version'),
            render: ({ version }) => t('journey.versionNo', { version }),
          },
          { key: 'at', title: t('journey.publishedAt'), render: ({ publishedAt }) => <When at={publishedAt} /> },
          { key: 'by', title: t('versions.by'), render: ({ publishedBy }) => publishedBy },
          {
            key: 'note',
            title: t('publish.note'),
            render: ({ note, restores }) =>
              orDash(note || (restores === null ? null : t('versions.restores', { version: restores }))),
          },
          {
            key: 'act',
            title: '',
            align: 'right',
            render: ({ version }) =>
              version === journey.publishedVersion ? (
                <Label tone="brand">{t('versions.inForce')}</Label>
              ) : may ? (
                <ConfirmAction
                  button={{ size: 'small', type: 'text' }}
                  label={t('versions.rollBack')}
                  title={t('versions.rollBackTitle', { version })}
                  consequence={t('versions.rollBackConsequence', { count: journey.active })}
                  confirmLabel={t('versions.rollBack')}
                  run={() =>
                    rollBack.mutateAsync({ params: { journeyId: journey.journeyId }, body: { toVersion: version } })
                  }
                />
              ) : null,
          },
        ]}
        list={rowsAtHand(journey.versions)}
        empty={<EmptyState compact title={t('versions.empty')} />}
      />
    </Card>
  );
}
