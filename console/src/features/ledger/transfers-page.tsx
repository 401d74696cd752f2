import { listTransfers } from '@shuke/server/contracts/ledger';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { localDayEnd, localDayStart } from '../../lib/local-day.ts';
import { useList } from '../../lib/query.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { When, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { Label, StatusTag } from '../../ui/status-tag.tsx';
import { AmountIn, useLedgerText } from './ledger-text.tsx';

type Transfer = Reply<typeof listTransfers>['items'][number];

const holdTone = { pending: 'info', posted: 'good', voided: 'neutral', expired: 'warn' } as const;

/** Every movement of value, from which account to which. */
export function TransfersPage() {
  const { t } = useTranslation('ledger');
  const zone = useTimeZone();
  const filters: Filter[] = [
    {
      kind: 'search',
      key: 'reference',
      label: t('transfer.reference'),
      placeholder: t('transfer.referencePlaceholder'),
    },
    { kind: 'search', key: 'reason', label: t('transfer.reason'), placeholder: t('transfer.reasonPlaceholder') },
    { kind: 'period', key: 'posted', label: t('transfer.postedAt') },
    { kind: 'hidden', key: 'accountId', label: t('transfer.ofAccount') },
  ];
  const filterState = useFilters(filters);
  const { postedFrom, postedTo, ...others } = filterState.values;
  const list = useList(listTransfers, {
    query: {
      ...others,
      from: postedFrom === undefined ? undefined : localDayStart(postedFrom, zone),
      until: postedTo === undefined ? undefined : localDayEnd(postedTo, zone),
    },
  });
  return (
    <ListPage<Transfer>
      name="ledger-transfers"
      title={t('transfer.title')}
      purpose={t('transfer.purpose')}
      filters={filters}
      filterState={filterState}
      columns={useTransferColumns()}
      list={list}
      rowKey={(transfer) => transfer.transferId}
      empty={{ title: t('transfer.empty'), hint: t('transfer.emptyHint') }}
    />
  );
}

function useTransferColumns(): Column<Transfer>[] {
  const { t } = useTranslation('ledger');
  const text = useLedgerText();
  return [
    { key: 'at', title: t('transfer.postedAt'), render: (transfer) => <When at={transfer.postedAt} shape="second" /> },
    { key: 'reason', title: t('transfer.reason'), render: (transfer) => text.reason(transfer.reason) },
    {
      key: 'kind',
      title: t('entry.kind'),
      render: (transfer) => (
        <span style={{ display: 'inline-flex', gap: 4 }}>
          <Label>{t(`kinds.${transfer.kind}`)}</Label>
          {transfer.holdStatus === null ? null : (
            <StatusTag tone={holdTone[transfer.holdStatus]}>{t(`holdStatuses.${transfer.holdStatus}`)}</StatusTag>
          )}
          {transfer.reversesId === null ? null : <Label tone="warn">{t('transfer.reversal')}</Label>}
        </span>
      ),
    },
    {
      key: 'from',
      title: t('transfer.debit'),
      render: (transfer) => <Link to={`/ledger/${transfer.debitAccountId}`}>{text.account(transfer.debit)}</Link>,
    },
    {
      key: 'to',
      title: t('transfer.credit'),
      render: (transfer) => <Link to={`/ledger/${transfer.creditAccountId}`}>{text.account(transfer.credit)}</Link>,
    },
    {
      key: 'amount',
      title: t('entry.amount'),
      align: 'right',
      render: (transfer) => <AmountIn unit={transfer.unit} amount={transfer.amount} />,
    },
    { key: 'reference', title: t('transfer.reference'), render: (transfer) => orDash(transfer.reference) },
    { key: 'actor', title: t('transfer.actor'), render: (transfer) => transfer.actor, optional: true },
    {
      key: 'key',
      title: t('transfer.key'),
      render: (transfer) => <span className="mono">{transfer.key}</span>,
      optional: true,
    },
    {
      key: 'id',
      title: t('transfer.number'),
      align: 'right',
      render: (transfer) => transfer.transferId,
      optional: true,
    },
  ];
}
