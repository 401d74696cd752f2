import { listAccounts, listEntries } from '@shuke/server/contracts/ledger';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { ApiError } from '../../lib/api-error.ts';
import type { Reply } from '../../lib/api.ts';
import { useList, useRead } from '../../lib/query.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { FigureRow } from '../../ui/figure-card.tsx';
import { When, orDash } from '../../ui/formatted.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import type { Account } from './accounts-page.tsx';
import { AmountIn, useLedgerText } from './ledger-text.tsx';

type Entry = Reply<typeof listEntries>['items'][number];

const notThere = new ApiError({ status: 404, code: 'not_found', message: 'The account does not exist.' });

/** The statement of one account: every entry with the balance after it. */
export function AccountPage() {
  const { accountId = '' } = useParams();
  const accounts = useRead(listAccounts, { query: { accountId, limit: 1 } });
  if (accounts.isPending) return <PageSkeleton />;
  const account = accounts.data?.items[0];
  if (account === undefined)
    return <ErrorState error={accounts.error ?? notThere} retry={() => void accounts.refetch()} />;
  return <Statement account={account} />;
}

function Statement({ account }: { readonly account: Account }) {
  const { t } = useTranslation('ledger');
  const text = useLedgerText();
  const list = useList(listEntries, { params: { accountId: account.accountId } });
  const amount = (value: number, signed = false) => <AmountIn unit={account.unit} amount={value} signed={signed} />;
  const columns: Column<Entry>[] = [
    { key: 'at', title: t('entry.at'), render: (entry) => <When at={entry.enteredAt} shape="second" /> },
    { key: 'reason', title: t('entry.reason'), render: (entry) => text.reason(entry.reason) },
    {
      key: 'kind',
      title: t('entry.kind'),
      render: (entry) => <Label>{t(`kinds.${entry.kind}`, { defaultValue: entry.kind })}</Label>,
    },
    {
      key: 'amount',
      title: t('entry.amount'),
      align: 'right',
      render: (entry) => (entry.amount === 0 ? orDash(null) : amount(entry.amount, true)),
    },
    {
      key: 'held',
      title: t('entry.held'),
      align: 'right',
      render: (entry) => (entry.held === 0 ? orDash(null) : amount(entry.held, true)),
    },
    { key: 'balance', title: t('entry.balanceAfter'), align: 'right', render: (entry) => amount(entry.balanceAfter) },
    {
      key: 'reference',
      title: t('entry.reference'),
      render: (entry) => (
        <Link to={`/ledger-transfers?reference=${encodeURIComponent(entry.reference)}`}>{entry.reference}</Link>
      ),
    },
    { key: 'seq', title: t('entry.seq'), align: 'right', render: (entry) => entry.accountSeq, optional: true },
  ];
  const holder =
    account.customerId === null
      ? [text.owner(account.ownerKind), account.ownerId].filter(Boolean).join(' ')
      : t('account.ofCustomer', { id: account.customerId });
  return (
    <Page
      title={text.account(account.code)}
      purpose={account.customerId === null ? holder : <Link to={`/customers/${account.customerId}`}>{holder}</Link>}
      back={{ label: t('account.title'), path: '/ledger' }}
    >
      <FigureRow
        figures={[
          { label: t('account.balance'), value: amount(account.balance), explanation: t('account.balanceExplain') },
          { label: t('account.held'), value: amount(account.held), explanation: t('account.heldExplain') },
          { label: t('account.debt'), value: amount(account.debt), explanation: t('account.debtExplain') },
        ]}
      />
      <Card flush title={t('entry.title')} hint={t('entry.hint')}>
        <DataTable<Entry>
          label={t('entry.title')}
          columns={columns.filter(({ optional }) => !optional)}
          rowKey={(entry) => `${entry.transferId} ${entry.slot} ${entry.accountSeq}`}
          list={list}
          empty={<EmptyState compact title={t('entry.empty')} />}
        />
      </Card>
    </Page>
  );
}
