import { UploadOutlined } from '@ant-design/icons';
import { listImports, uploadImport } from '@shuke/server/contracts/orders';
import { Button, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

import { useLocale } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { formatBytes } from '../../lib/format.ts';
import { useList } from '../../lib/query.ts';
import { useUrlState } from '../../lib/url-state.ts';
import type { Column } from '../../ui/data-table.tsx';
import { FileDrop } from '../../ui/file-drop.tsx';
import { useFilters } from '../../ui/filters.ts';
import { Count, When } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { ImportProgress, ImportState } from './import-states.tsx';
import type { Import } from './import-states.tsx';

const noFilters = [] as const;

/** Order files brought in so far, and the way to bring another. */
export function ImportsPage() {
  const { t } = useTranslation('orders');
  const locale = useLocale();
  const navigate = useNavigate();
  const [search, change] = useUrlState();
  const filterState = useFilters(noFilters);
  const list = useList(listImports, {}, { refetchEveryMs: 5_000 });
  const upload = (
    <Button type="primary" icon={<UploadOutlined />} onClick={() => change({ new: '1' })}>
      {t('imports.upload')}
    </Button>
  );
  const columns: Column<Import>[] = [
    {
      key: 'file',
      title: t('imports.file'),
      render: (one) => <Link to={`/order-imports/${one.importId}`}>{one.fileName}</Link>,
    },
    { key: 'state', title: t('imports.state'), render: (one) => <ImportState state={one.state} /> },
    { key: 'progress', title: t('imports.progress'), widthPx: 180, render: (one) => <ImportProgress of={one} /> },
    {
      key: 'created',
      title: t('imports.created'),
      align: 'right',
      render: (one) => <Count value={one.ordersCreated} />,
    },
    {
      key: 'updated',
      title: t('imports.updated'),
      align: 'right',
      render: (one) => <Count value={one.ordersUpdated} />,
    },
    {
      key: 'unchanged',
      title: t('imports.unchanged'),
      align: 'right',
      render: (one) => <Count value={one.ordersUnchanged} />,
      optional: true,
    },
    {
      key: 'rejected',
      title: t('imports.rejected'),
      align: 'right',
      render: (one) => <Count value={one.rowsRejected} />,
    },
    {
      key: 'size',
      title: t('imports.size'),
      align: 'right',
      render: (one) => formatBytes(one.sizeBytes, locale),
      optional: true,
    },
    { key: 'at', title: t('imports.at'), render: (one) => <When at={one.createdAt} /> },
  ];
  return (
    <>
      <ListPage<Import>
        name="order-imports"
        title={t('imports.title')}
        purpose={t('imports.purpose')}
        actions={upload}
        filters={noFilters}
        filterState={filterState}
        columns={columns}
        list={list}
        rowKey={(one) => one.importId}
        rowPath={(one) => `/order-imports/${one.importId}`}
        empty={{ title: t('imports.empty'), hint: t('imports.emptyHint'), action: upload }}
      />
      <Modal
        title={t('imports.upload')}
        width={640}
        open={search.get('new') === '1'}
        footer={null}
        onCancel={() => change({ new: null })}
        destroyOnHidden
      >
        <FileDrop
          title={t('imports.drop')}
          hint={t('imports.dropHint')}
          accept=".csv,.txt,.tsv"
          address={uploadImport.path}
          onDone={(answer) => void navigate(`/order-imports/${(answer as Reply<typeof uploadImport>).import.importId}`)}
        />
      </Modal>
    </>
  );
}
