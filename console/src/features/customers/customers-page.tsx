import { listCustomers, mergeCustomers } from '@shuke/server/contracts/customers';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useList, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { Count, Money, Percent, When, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import type { BulkActionsProps } from '../../ui/list-page.tsx';
import { Label, StatusTag } from '../../ui/status-tag.tsx';
import { useTierName } from '../loyalty/tier-choices.ts';
import { CreateCustomer } from './create-customer.tsx';
import { useStoreNames } from './store-names.ts';

export type CustomerSummary = Reply<typeof listCustomers>['items'][number];

const sortings = ['last_seen', 'spend', 'orders', 'created'] as const;
type Sorting = (typeof sortings)[number];

/** Everybody, one line per person. */
export function CustomersPage() {
  const { t } = useTranslation('customers');
  const mayMerge = useCan('customers.merge');
  const mayWrite = useCan('customers.write');
  const [creating, setCreating] = useState(false);
  const storeNames = useStoreNames();
  const filters: Filter[] = [
    { kind: 'search', key: 'search', label: t('list.search'), placeholder: t('list.searchPlaceholder') },
    {
      kind: 'choice',
      key: 'isKnown',
      label: t('list.known'),
      options: [
        { value: 'true', label: t('list.knownOnly') },
        { value: 'false', label: t('list.anonymousOnly') },
      ],
    },
    {
      kind: 'choice',
      key: 'storeId',
      label: t('customer.store'),
      options: [...storeNames].map(([storeId, name]) => ({ value: String(storeId), label: name })),
    },
    {
      kind: 'choice',
      key: 'minOrders',
      label: t('list.minOrders'),
      options: ['1', '2', '3', '5', '10'].map((value) => ({
        value,
        label: t('list.ordersAtLeast', { count: Number(value) }),
      })),
    },
    {
      kind: 'choice',
      key: 'seenWithinDays',
      label: t('list.seenWithin'),
      options: ['7', '30', '90', '365'].map((value) => ({ value, label: t('list.daysAgo', { count: Number(value) }) })),
    },
    {
      kind: 'choice',
      key: 'sort',
      label: t('list.sort'),
      options: sortings.map((value) => ({ value, label: t(`sorts.${value}`) })),
    },
  ];
  const filterState = useFilters(filters);
  const { isKnown, sort, ...others } = filterState.values;
  const list = useList(listCustomers, { query: { ...others, isKnown, sort: sort as Sorting | undefined } });
  const figures = list.page?.figures;
  const create = <Button onClick={() => setCreating(true)}>{t('create.act')}</Button>;
  return (
    <>
      <ListPage<CustomerSummary>
        name="customers"
        title={t('list.title')}
        purpose={t('list.purpose')}
        actions={mayWrite ? create : undefined}
        figures={[
          { label: t('list.customers'), value: <Count compact value={figures?.customers} /> },
          {
            label: t('list.knownShare'),
            value: (
              <Percent
                ratio={figures === undefined || figures.customers === 0 ? null : figures.known / figures.customers}
              />
            ),
            explanation: t('list.knownShareExplain'),
            path: '/identity-quality',
          },
          { label: t('list.buyers'), value: <Count compact value={figures?.buyers} /> },
          {
            label: t('list.newIn30Days'),
            value: <Count compact value={figures?.newIn30Days} />,
            note: t('list.last30Days'),
          },
        ]}
        filters={filters}
        filterState={filterState}
        columns={useCustomerColumns(storeNames)}
        list={list}
        rowKey={(customer) => customer.customerId}
        rowPath={(customer) => `/customers/${customer.customerId}`}
        bulkActions={mayMerge ? MergeSelected : undefined}
        empty={{
          title: t('list.empty'),
          hint: t('list.emptyHint'),
          action: <Link to="/order-imports?new=1">{t('list.emptyAction')}</Link>,
        }}
      />
      <CreateCustomer open={creating} onClose={() => setCreating(false)} />
    </>
  );
}

function useCustomerColumns(storeNames: ReadonlyMap<number, string>): Column<CustomerSummary>[] {
  const { t } = useTranslation('customers');
  const tierName = useTierName();
  return [
    {
      key: 'name',
      title: t('customer.customer'),
      render: (customer) => <Link to={`/customers/${customer.customerId}`}>{customer.displayName}</Link>,
    },
    { key: 'phone', title: t('customer.phone'), render: (customer) => orDash(customer.phone) },
    {
      key: 'known',
      title: t('list.known'),
      render: (customer) => (
        <StatusTag tone={customer.isKnown ? 'good' : 'neutral'}>
          {t(customer.isKnown ? 'customer.known' : 'customer.anonymous')}
        </StatusTag>
      ),
    },
    {
      key: 'tier',
      title: t('customer.tier'),
      render: (customer) =>
        orDash(customer.tierCode === null ? null : <Label tone="brand">{tierName(customer.tierCode)}</Label>),
    },
    {
      key: 'orders',
      title: t('customer.orders'),
      align: 'right',
      render: (customer) => <Count value={customer.ordersCount} />,
    },
    {
      key: 'spend',
      title: t('customer.spend'),
      align: 'right',
      render: (customer) => <Money fen={customer.spendMinor} currency={customer.spendCurrency} />,
    },
    {
      key: 'lastOrder',
      title: t('customer.lastOrder'),
      render: (customer) => <When at={customer.lastOrderAt} shape="date" />,
    },
    {
      key: 'lastSeen',
      title: t('customer.lastSeen'),
      render: (customer) => <When at={customer.lastSeenAt} shape="relative" />,
    },
    {
      key: 'firstSeen',
      title: t('customer.firstSeen'),
      render: (customer) => <When at={customer.firstSeenAt} shape="date" />,
      optional: true,
    },
    {
      key: 'store',
      title: t('customer.store'),
      render: (customer) => orDash(storeNames.get(customer.storeId ?? 0)),
      optional: true,
    },
    { key: 'no', title: t('customer.no'), align: 'right', render: (customer) => customer.customerNo, optional: true },
  ];
}

function MergeSelected({ rows, done }: BulkActionsProps<CustomerSummary>) {
  const { t } = useTranslation('customers');
  const navigate = useNavigate();
  const merge = useWrite(mergeCustomers, {
    refreshes: [listCustomers],
    onDone: ({ customerId }) => {
      done();
      void navigate(`/customers/${customerId}`);
    },
  });
  const [one, other] = rows;
  if (one === undefined || other === undefined || rows.length !== 2) return <span>{t('merge.chooseTwo')}</span>;
  return (
    <ConfirmAction
      button={{ size: 'small', type: 'primary' }}
      label={t('merge.act')}
      title={t('merge.title', { one: one.displayName, other: other.displayName })}
      consequence={t('merge.consequence', { orders: one.ordersCount + other.ordersCount })}
      confirmLabel={t('merge.act')}
      reason={{ label: t('merge.reason'), minLength: 4 }}
      run={(reason) => merge.mutateAsync({ body: { customerIds: [one.customerId, other.customerId], reason } })}
    />
  );
}
