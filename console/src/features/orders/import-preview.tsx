import {
  configureImport,
  findImport,
  listImportFormats,
  listImports,
  previewImport,
  startImport,
} from '@shuke/server/contracts/orders';
import { useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { errorText } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { queryKeyOf, useRead, useWrite } from '../../lib/query.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Count, Money, When, orDash } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { rowsAtHand } from '../../ui/table-rows.ts';
import { ColumnMapping } from './column-mapping.tsx';
import { ImportSettings } from './import-settings.tsx';
import type { SettingsChange } from './import-settings.tsx';

export type Preview = Reply<typeof previewImport>;

/** Before the import: how the file is read, what its first rows become, what is missing. */
export function ImportPreview({ importId }: { readonly importId: string }) {
  const { t } = useTranslation('orders');
  const client = useQueryClient();
  const params = { importId };
  const preview = useRead(previewImport, { params });
  const formats = useRead(listImportFormats, {}, { staleMs: 3_600_000 });
  const configure = useWrite(configureImport, {
    onDone: (reply) => client.setQueryData(queryKeyOf(previewImport, { params }), reply),
  });
  if (preview.isPending || formats.isPending) return <PageSkeleton />;
  if (preview.data === undefined || formats.data === undefined) {
    return (
      <ErrorState
        error={preview.error ?? formats.error}
        retry={() => void Promise.all([preview.refetch(), formats.refetch()])}
      />
    );
  }
  const { data } = preview;
  const change = (body: SettingsChange) => configure.mutate({ params, body });
  return (
    <>
      {data.sameFileAs === null ? null : (
        <Alert
          type="info"
          showIcon
          title={
            <>
              {t('preview.sameFile')} <When at={data.sameFileAs.createdAt} /> ·{' '}
              <Link to={`/order-imports/${data.sameFileAs.importId}`}>{t('preview.seeThatImport')}</Link>
            </>
          }
        />
      )}
      {configure.error === null ? null : <Alert type="error" showIcon title={errorText(configure.error)} />}
      <ImportSettings preview={data} formats={formats.data} busy={configure.isPending} onChange={change} />
      <ColumnMapping
        preview={data}
        targets={formats.data.targets}
        busy={configure.isPending}
        onChange={(columns) => change({ columns })}
      />
      <PreviewOrders preview={data} />
      <PreviewProblems preview={data} />
      <StartBar preview={data} importId={importId} />
    </>
  );
}

function StartBar({ preview, importId }: { readonly preview: Preview; readonly importId: string }) {
  const { t } = useTranslation('orders');
  const start = useWrite(startImport, { refreshes: [findImport, listImports] });
  return (
    <div style={{ display: 'flex', justifyContent: 'flex-end', alignItems: 'center', gap: 12 }}>
      {preview.missing.length > 0 ? <span>{t('preview.missing', { count: preview.missing.length })}</span> : null}
      <ConfirmAction
        button={{ type: 'primary', size: 'large', disabled: preview.missing.length > 0 }}
        label={t('preview.start')}
        title={t('preview.startTitle', { name: preview.import.fileName })}
        consequence={t(preview.import.settings.isBackfill ? 'preview.startBackfill' : 'preview.startConsequence')}
        confirmLabel={t('preview.start')}
        run={() => start.mutateAsync({ params: { importId } })}
      />
    </div>
  );
}

function PreviewOrders({ preview }: { readonly preview: Preview }) {
  const { t } = useTranslation('orders');
  type Row = Preview['orders'][number];
  return (
    <Card flush title={t('preview.orders')} hint={t('preview.ordersHint')}>
      <DataTable<Row>
        label={t('preview.orders')}
        rowKey={(order) => order.firstRowNo}
        columns={[
          {
            key: 'row',
            title: t('preview.row'),
            render: (order) => (order.rowCount === 1 ? order.firstRowNo : `${order.firstRowNo} +${order.rowCount - 1}`),
          },
          { key: 'no', title: t('order.orderNo'), render: (order) => <span className="mono">{order.orderNo}</span> },
          {
            key: 'status',
            title: t('order.status'),
            render: (order) =>
              orDash(order.status === null ? null : t(`statuses.${order.status}`, { defaultValue: order.status })),
          },
          { key: 'placed', title: t('order.placedAt'), render: (order) => <When at={order.placedAt} /> },
          {
            key: 'buyer',
            title: t('preview.buyer'),
            render: (order) => orDash(order.buyer.map((one) => buyerText(t, one)).join(', ')),
          },
          { key: 'receiver', title: t('order.receiver'), render: (order) => orDash(order.receiver) },
          {
            key: 'lines',
            title: t('preview.goods'),
            render: (order) =>
              orDash(
                order.lines
                  .map((line) => `${line.title || line.skuCode} × ${line.quantity}`)
                  .join('; ')
                  .slice(0, 60),
              ),
          },
          {
            key: 'payable',
            title: t('order.payable'),
            align: 'right',
            render: (order) => <Money fen={order.payableMinor} currency={order.currency} />,
          },
        ]}
        list={rowsAtHand(preview.orders)}
        empty={<EmptyState compact title={t('preview.noOrders')} hint={t('preview.noOrdersHint')} />}
      />
    </Card>
  );
}

/** "phone 138****5678" with the kind in words. */
function buyerText(t: TFunction, text: string): string {
  const [kind = '', ...value] = text.split(' ');
  return [t(`common:identifierKinds.${kind}`, { defaultValue: kind }), ...value].join(' ');
}

function PreviewProblems({ preview }: { readonly preview: Preview }) {
  const { t } = useTranslation('orders');
  type Row = Preview['problems'][number];
  if (preview.problems.length === 0) return null;
  return (
    <Card
      flush
      title={
        <>
          {t('preview.problems')} <Count value={preview.problems.length} />
        </>
      }
      hint={t('preview.problemsHint')}
    >
      <DataTable<Row>
        label={t('preview.problems')}
        rowKey={(problem) => problem.rowNo}
        columns={[
          { key: 'row', title: t('preview.row'), render: (problem) => problem.rowNo },
          {
            key: 'reason',
            title: t('preview.reason'),
            render: (problem) => t(`faults.${problem.reason}`, { defaultValue: problem.reason }),
          },
          {
            key: 'faults',
            title: t('preview.columns'),
            render: (problem) => (
              <span style={{ display: 'flex', flexWrap: 'wrap', gap: 4 }}>
                {problem.faults.map((fault) => (
                  <Label key={`${fault.code} ${fault.column}`} tone="warn">
                    {[fault.column, t(`faults.${fault.code}`, { defaultValue: fault.code })].filter(Boolean).join(': ')}
                  </Label>
                ))}
              </span>
            ),
          },
        ]}
        list={rowsAtHand(preview.problems)}
        empty={null}
      />
    </Card>
  );
}
