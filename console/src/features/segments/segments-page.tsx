import { PlusOutlined } from '@ant-design/icons';
import { createSegment, listSegments } from '@shuke/server/contracts/segments';
import { Button, Form, Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useList, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useUrlState } from '../../lib/url-state.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Count, When, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { useConditionText } from './condition-text.ts';
import { templates } from './condition.ts';

import styles from './segments.module.css';

type Segment = Reply<typeof listSegments>['items'][number];

/** All segments with their size. */
export function SegmentsPage() {
  const { t } = useTranslation('segments');
  const mayWrite = useCan('segments.write');
  const [search, change] = useUrlState();
  const filters: Filter[] = [{ kind: 'search', key: 'search', label: t('list.search'), placeholder: t('list.search') }];
  const filterState = useFilters(filters);
  const answer = useList(listSegments, {}, { refetchEveryMs: 30_000 });
  const wanted = filterState.values['search']?.toLowerCase() ?? '';
  const rows = answer.rows.filter(({ name }) => name.toLowerCase().includes(wanted));
  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => change({ new: '1' })}>
      {t('list.create')}
    </Button>
  );
  return (
    <>
      <ListPage<Segment>
        name="segments"
        title={t('list.title')}
        purpose={t('list.purpose')}
        actions={mayWrite ? create : undefined}
        filters={filters}
        filterState={filterState}
        columns={useSegmentColumns()}
        list={{ ...answer, rows }}
        rowKey={(segment) => segment.segmentId}
        rowPath={(segment) => `/segments/${segment.segmentId}`}
        empty={{ title: t('list.empty'), hint: t('list.emptyHint'), action: mayWrite ? create : undefined }}
      />
      <NewSegment open={search.get('new') === '1'} onClose={() => change({ new: null })} />
    </>
  );
}

function useSegmentColumns(): Column<Segment>[] {
  const { t } = useTranslation('segments');
  return [
    {
      key: 'name',
      title: t('segment.name'),
      render: (segment) => <Link to={`/segments/${segment.segmentId}`}>{segment.name}</Link>,
    },
    { key: 'status', title: t('segment.status'), render: (segment) => <SegmentStatus segment={segment} /> },
    {
      key: 'customers',
      title: t('segment.customers'),
      align: 'right',
      render: (segment) => <Count value={segment.publishedVersion === null ? null : segment.customers} />,
    },
    {
      key: 'version',
      title: t('segment.version'),
      render: (segment) =>
        orDash(
          segment.publishedVersion === null ? null : t('segment.versionNo', { version: segment.publishedVersion }),
        ),
    },
    { key: 'published', title: t('segment.publishedAt'), render: (segment) => <When at={segment.publishedAt} /> },
    {
      key: 'updated',
      title: t('segment.updatedAt'),
      render: (segment) => <When at={segment.updatedAt} shape="relative" />,
    },
    {
      key: 'description',
      title: t('segment.description'),
      render: (segment) => orDash(segment.description),
      optional: true,
    },
  ];
}

/** Where a segment stands: in use, changed since, or never published. */
export function SegmentStatus({
  segment,
}: {
  readonly segment: Pick<Segment, 'status' | 'publishedVersion' | 'hasDraft'>;
}) {
  const { t } = useTranslation('segments');
  if (segment.status === 'archived') return <StatusTag tone="neutral">{t('statuses.archived')}</StatusTag>;
  if (segment.publishedVersion === null) return <StatusTag tone="warn">{t('statuses.draft')}</StatusTag>;
  return segment.hasDraft ? (
    <StatusTag tone="info">{t('statuses.changed')}</StatusTag>
  ) : (
    <StatusTag tone="good">{t('statuses.active')}</StatusTag>
  );
}

interface NewSegmentValues {
  readonly name: string;
  readonly description?: string;
  readonly template: string;
}

function NewSegment({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation('segments');
  const text = useConditionText();
  const create = useWrite(createSegment, { refreshes: [listSegments] });
  return (
    <FormDrawer<NewSegmentValues>
      title={t('list.create')}
      open={open}
      onClose={onClose}
      submitLabel={t('list.start')}
      initial={{ template: 'recent' }}
      submit={async ({ name, description = '', template }) => {
        const condition = templates[template] ?? { kind: 'known', known: true };
        const { segmentId } = await create.mutateAsync({ body: { name, content: { description, condition } } });
        return { leaveFor: `/segments/${segmentId}` };
      }}
    >
      <Form.Item name="name" label={t('segment.name')} rules={[{ required: true }]}>
        <Input maxLength={120} placeholder={t('segment.namePlaceholder')} />
      </Form.Item>
      <Form.Item name="description" label={t('segment.description')}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <Form.Item name="template" label={t('list.template')}>
        <Radio.Group className={styles['templates'] ?? ''}>
          {Object.entries(templates).map(([name, condition]) => (
            <Radio key={name} value={name}>
              <strong>{t(`templates.${name}`)}</strong>
              <span className={styles['hint']}>{text(condition)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
    </FormDrawer>
  );
}
