import type { listAudit } from '@shuke/server/contracts/org';
import { Button, Drawer } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { When, orDash } from '../../ui/formatted.tsx';
import { Facts } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { auditActionText } from './audit-text.ts';

import styles from './audit-page.module.css';

export type AuditEntry = Reply<typeof listAudit>['items'][number];

/** Columns of the audit log; `open` shows one entry whole. */
export function useAuditColumns(open: (entry: AuditEntry) => void): Column<AuditEntry>[] {
  const { t } = useTranslation('org');
  return [
    { key: 'at', title: t('audit.at'), render: (entry) => <When at={entry.at} shape="second" /> },
    { key: 'actor', title: t('audit.actor'), render: (entry) => entry.actorName ?? entry.actor },
    {
      key: 'action',
      title: t('audit.action'),
      render: (entry) => (
        <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={() => open(entry)}>
          {auditActionText(entry.action)}
        </Button>
      ),
    },
    {
      key: 'object',
      title: t('audit.object'),
      render: (entry) => (
        <span className={styles['object']}>
          {t(`objects:${entry.objectType}`, { defaultValue: entry.objectType })}{' '}
          <span className="mono">{entry.objectId}</span>
        </span>
      ),
    },
    { key: 'purpose', title: t('audit.purpose'), render: (entry) => orDash(entry.purpose) },
    {
      key: 'result',
      title: t('audit.result'),
      render: (entry) => (
        <StatusTag tone={entry.result === 'ok' ? 'good' : 'bad'}>{t(`audit.results.${entry.result}`)}</StatusTag>
      ),
    },
    { key: 'network', title: t('audit.network'), render: (entry) => orDash(entry.network), optional: true },
    { key: 'seq', title: t('audit.seq'), align: 'right', render: (entry) => entry.seq, optional: true },
  ];
}

/** A short audit list inside another page. */
export function AuditTable({ list }: { readonly list: Parameters<typeof DataTable<AuditEntry>>[0]['list'] }) {
  const { t } = useTranslation('org');
  const [shown, setShown] = useState<AuditEntry | null>(null);
  const columns = useAuditColumns(setShown).filter(({ key }) => !['actor', 'network', 'seq'].includes(key));
  return (
    <>
      <DataTable<AuditEntry>
        label={t('audit.title')}
        columns={columns}
        rowKey={(entry) => entry.seq}
        list={list}
        empty={<EmptyState compact title={t('audit.empty')} />}
      />
      <AuditEntryDrawer entry={shown} onClose={() => setShown(null)} />
    </>
  );
}

/** One entry of the audit log, whole. */
export function AuditEntryDrawer({
  entry,
  onClose,
}: {
  readonly entry: AuditEntry | null;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('org');
  return (
    <Drawer
      title={entry === null ? null : auditActionText(entry.action)}
      size={520}
      open={entry !== null}
      onClose={onClose}
      destroyOnHidden
    >
      {entry === null ? null : (
        <div className={styles['entry']}>
          <Facts
            items={[
              [t('audit.seq'), entry.seq],
              [t('audit.at'), <When key="at" at={entry.at} shape="second" />],
              [t('audit.actor'), entry.actorName ?? entry.actor],
              [
                t('audit.action'),
                <span key="action" className="mono">
                  {entry.action}
                </span>,
              ],
              [t('audit.object'), `${entry.objectType} ${entry.objectId}`],
              [t('audit.purpose'), entry.purpose],
              [t('audit.network'), entry.network],
              [t('audit.request'), <CopyText key="request" text={entry.requestId} />],
              [t('audit.hash'), <CopyText key="hash" text={entry.hash} shown={`${entry.hash.slice(0, 16)}…`} />],
            ]}
          />
          <pre className={styles['details']}>{JSON.stringify(entry.details, null, 2)}</pre>
        </div>
      )}
    </Drawer>
  );
}
