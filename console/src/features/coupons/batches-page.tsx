import { listBatches } from '@shuke/server/contracts/coupons';
import { Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useList } from '../../lib/query.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import { Count, When } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';

type Batch = Reply<typeof listBatches>['items'][number];

const noFilters = [] as const;
const tones = { running: 'info', done: 'good', stopped: 'warn' } as const;

/** Coupons given to many at once, with their progress. */
export function BatchesPage() {
  const { t } = useTranslation('coupons');
  const list = useList(listBatches, {}, { refetchEveryMs: 3_000 });
  const filterState = useFilters(noFilters);
  const columns: Column<Batch>[] = [
    {
      key: 'name',
      title: t('template.name'),
      render: (batch) => <Link to={`/coupons/${batch.templateId}`}>{batch.templateName}</Link>,
    },
    {
      key: 'to',
      title: t('batch.to'),
      render: (batch) => t(batch.segmentId === null ? 'issue.customers' : 'issue.segment'),
    },
    {
      key: 'status',
      title: t('template.status'),
      render: (batch) => (
        <StatusTag tone={tones[batch.status]}>
          {t(`batchStatuses.${batch.status}`)}
          {batch.stopReason === null
            ? null
            : ` · ${t(`stopReasons.${batch.stopReason}`, { defaultValue: batch.stopReason })}`}
        </StatusTag>
      ),
    },
    {
      key: 'progress',
      title: t('batch.progress'),
      widthPx: 180,
      render: (batch) => (
        <Progress
          size="small"
          percent={batch.planned === 0 ? 100 : Math.floor((batch.seen / batch.planned) * 100)}
          aria-label={t('batch.progress')}
        />
      ),
    },
    { key: 'planned', title: t('batch.planned'), align: 'right', render: (batch) => <Count value={batch.planned} /> },
    { key: 'issued', title: t('batch.issued'), align: 'right', render: (batch) => <Count value={batch.issued} /> },
    { key: 'at', title: t('batch.at'), render: (batch) => <When at={batch.createdAt} /> },
  ];
  return (
    <ListPage<Batch>
      name="coupon-batches"
      title={t('batch.title')}
      purpose={t('batch.purpose')}
      filters={noFilters}
      filterState={filterState}
      columns={columns}
      list={list}
      rowKey={(batch) => batch.batchId}
      empty={{ title: t('batch.empty'), hint: t('batch.emptyHint') }}
    />
  );
}
