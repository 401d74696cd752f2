import { listAccounts, readTrialBalance } from '@shuke/server/contracts/ledger';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useList, useRead } from '../../lib/query.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { When, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { AmountIn, useLedgerText } from './ledger-text.tsx';

export type Account = Reply<typeof listAccounts>['items'][number];

/** Whose account holds how much. */
export function AccountsPage() {
  const { t } = useTranslation('ledger');
  const text = useLedgerText();
  const books = useRead(readTrialBalance, {}, { staleMs: 60_000 });
  const codes = [...new Set(books.data?.items.map(({ code }) => code))];
  const filters: Filter[] = [
    { kind: 'search', key: 'customerId', label: t('account.customer'), placeholder: t('account.customerPlaceholder') },
    {
      kind: 'choice',
      key: 'code',
      label: t('account.code'),
      options: codes.map((value) => ({ value, label: text.account(value) })),
    },
  ];
  const filterState = useFilters(filters);
  const { customerId, code } = filterState.values;
  const list = useList(listAccounts, {
    query: { code, customerId: /^\d+$/.test(customerId ?? '') ? customerId : undefined },
  });
  const columns: Column<Account>[] = [
    {
      key: 'code',
      title: t('account.code'),
      render: (account) => <Link to={`/ledger/${account.accountId}`}>{text.account(account.code)}</Link>,
    },
    {
      key: 'owner',
      title: t('account.owner'),
      render: (account) =>
        account.customerId === null ? (
          [text.owner(account.ownerKind), account.ownerId].filter(Boolean).join(' ')
        ) : (
          <Link to={`/customers/${account.customerId}`}>{t('account.ofCustomer', { id: account.customerId })}</Link>
        ),
    },
    {
      key: 'balance',
      title: t('account.balance'),
      align: 'right',
      render: (account) => <AmountIn unit={account.unit} amount={account.balance} />,
    },
    {
      key: 'held',
      title: t('account.held'),
      align: 'right',
      render: (account) => (account.held === 0 ? orDash(null) : <AmountIn unit={account.unit} amount={account.held} />),
    },
    {
      key: 'debt',
      title: t('account.debt'),
      align: 'right',
      render: (account) => (account.debt === 0 ? orDash(null) : <AmountIn unit={account.unit} amount={account.debt} />),
    },
    { key: 'unit', title: t('account.unit'), render: (account) => text.unit(account.unit) },
    {
      key: 'openedAt',
      title: t('account.openedAt'),
      render: (account) => <When at={account.openedAt} shape="date" />,
      optional: true,
    },
    { key: 'accountId', title: t('account.number'), render: (account) => account.accountId, optional: true },
  ];
  return (
    <ListPage<Account>
      name="ledger-accounts"
      title={t('account.title')}
      purpose={t('account.purpose')}
      filters={filters}
      filterState={filterState}
      columns={columns}
      list={list}
      rowKey={(account) => account.accountId}
      rowPath={(account) => `/ledger/${account.accountId}`}
      empty={{ title: t('account.empty'), hint: t('account.emptyHint') }}
    />
  );
}
