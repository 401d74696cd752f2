import { listAudit, readAuditState } from '@shuke/server/contracts/org';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { localDayEnd, localDayStart } from '../../lib/local-day.ts';
import { useList, useRead } from '../../lib/query.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { Count } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { AuditEntryDrawer, useAuditColumns } from './audit-table.tsx';
import type { AuditEntry } from './audit-table.tsx';

/** Who did what, when, to what and why; nobody can change or remove it. */
export function AuditPage() {
  const { t } = useTranslation('org');
  const zone = useTimeZone();
  const [shown, setShown] = useState<AuditEntry | null>(null);
  const columns = useAuditColumns(setShown);
  const state = useRead(readAuditState, {}, { refetchEveryMs: 30_000 });
  const filters: Filter[] = [
    { kind: 'search', key: 'action', label: t('audit.action'), placeholder: t('audit.actionPlaceholder') },
    { kind: 'search', key: 'objectId', label: t('audit.object'), placeholder: t('audit.objectPlaceholder') },
    {
      kind: 'choice',
      key: 'result',
      label: t('audit.result'),
      options: (['ok', 'denied'] as const).map((value) => ({ value, label: t(`audit.results.${value}`) })),
    },
    { kind: 'period', key: 'at', label: t('audit.at') },
  ];
  const filterState = useFilters(filters);
  const { action, objectId, result, atFrom, atTo } = filterState.values;
  const list = useList(listAudit, {
    query: {
      action,
      objectId,
      result: result as AuditEntry['result'] | undefined,
      from: atFrom === undefined ? undefined : localDayStart(atFrom, zone),
      to: atTo === undefined ? undefined : localDayEnd(atTo, zone),
    },
  });
  return (
    <>
      <ListPage<AuditEntry>
        name="audit"
        title={t('audit.title')}
        purpose={t('audit.purposeOfPage')}
        figures={[
          {
            label: t('audit.entries'),
            value: <Count value={state.data?.entries} />,
            explanation: t('audit.entriesExplain'),
          },
          {
            label: t('audit.waiting'),
            value: <Count value={state.data?.waiting} />,
            explanation: t('audit.waitingExplain'),
          },
          {
            label: t('audit.lastHash'),
            value: (
              <span style={{ fontSize: 14 }}>
                {state.data?.hash ? (
                  <CopyText text={state.data.hash} shown={`${state.data.hash.slice(0, 12)}…`} />
                ) : (
                  '—'
                )}
              </span>
            ),
            explanation: t('audit.lastHashExplain'),
          },
        ]}
        figuresLoading={state.isPending}
        filters={filters}
        filterState={filterState}
        columns={columns}
        list={list}
        rowKey={(entry) => entry.seq}
        empty={{ title: t('audit.empty'), hint: t('audit.emptyHint') }}
      />
      <AuditEntryDrawer entry={shown} onClose={() => setShown(null)} />
    </>
  );
}
