import { useTranslation } from 'react-i18next';

import { DataTable } from '../../ui/data-table.tsx';
import { When, orDash } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { rowsAtHand } from '../../ui/table-rows.ts';
import { useConditionText } from './condition-text.ts';
import type { SegmentDetail } from './segment-editor.tsx';

import styles from './segments.module.css';

/** What a segment was, version by version. */
export function SegmentVersions({ segment }: { readonly segment: SegmentDetail }) {
  const { t } = useTranslation('segments');
  const text = useConditionText();
  type Version = SegmentDetail['versions'][number];
  return (
    <Card flush title={t('tabs.versions')} hint={t('versions.hint')}>
      <DataTable<Version>
        label={t('tabs.versions')}
        rowKey={({ version }) => version}
        columns={[
          {
            key: 'version',
            title: t('segment.version'),
            render: ({ version }) => (
              <>
                {t('segment.versionNo', { version })}{' '}
                {version === segment.publishedVersion ? <Label tone="brand">{t('versions.inForce')}</Label> : null}
              </>
            ),
          },
          { key: 'at', title: t('segment.publishedAt'), render: ({ publishedAt }) => <When at={publishedAt} /> },
          { key: 'by', title: t('versions.by'), render: ({ publishedBy }) => publishedBy },
          { key: 'note', title: t('editor.note'), render: ({ note }) => orDash(note) },
          {
            key: 'condition',
            title: t('versions.condition'),
            render: ({ content }) => <span className={styles['conditionText']}>{text(content.condition)}</span>,
          },
        ]}
        list={rowsAtHand(segment.versions)}
        empty={<EmptyState compact title={t('versions.empty')} />}
      />
    </Card>
  );
}
