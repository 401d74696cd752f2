import { eraseCustomer, getCustomer, listCustomers, mergeCustomers } from '@shuke/server/contracts/customers';
import { Button, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DetailPage } from '../../ui/detail-page.tsx';
import type { DetailTab } from '../../ui/detail-page.tsx';
import { Count, Money, When } from '../../ui/formatted.tsx';
import { Card, Facts } from '../../ui/page.tsx';
import { ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label, StatusTag } from '../../ui/status-tag.tsx';
import { IssuedCoupons } from '../coupons/issued-coupons.tsx';
import { MemberPanel } from '../loyalty/member-panel.tsx';
import { useTierName } from '../loyalty/tier-choices.ts';
import { AttributeList } from './attribute-list.tsx';
import { ConsentsCard } from './consents-card.tsx';
import { CustomerOrders } from './customer-orders.tsx';
import { Identifiers } from './identifiers.tsx';
import { LivingTimeline } from './living-timeline.tsx';
import { useStoreNames } from './store-names.ts';

import styles from './customers.module.css';

export type Customer = Reply<typeof getCustomer>;

/** One person: who they are, what they did, what they hold, and why we think so. */
export function CustomerPage() {
  const { t } = useTranslation('customers');
  const tierName = useTierName();
  const { customerId: id = '' } = useParams();
  const customerId = Number(id);
  const answer = useRead(getCustomer, { params: { customerId } });
  const tabs = useTabs(answer.data);
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const customer = answer.data;
  return (
    <DetailPage
      title={customer.displayName}
      badges={
        <>
          <StatusTag tone={customer.isKnown ? 'good' : 'neutral'}>
            {t(customer.isKnown ? 'customer.known' : 'customer.anonymous')}
          </StatusTag>
          {customer.tierCode === null ? null : <Label tone="brand">{tierName(customer.tierCode)}</Label>}
        </>
      }
      back={{ label: t('list.title'), path: '/customers' }}
      actions={
        <>
          <MergeWith customer={customer} />
          <Erase customer={customer} />
        </>
      }
      summary={<Summary customer={customer} />}
      tabs={tabs}
    />
  );
}

function useTabs(customer: Customer | undefined): DetailTab[] {
  const { t } = useTranslation('customers');
  const mayOrders = useCan('orders.read');
  const mayLoyalty = useCan('loyalty.read');
  const mayCoupons = useCan('coupons.read');
  if (customer === undefined) return [];
  const { customerId } = customer;
  return [
    { key: 'timeline', label: t('tabs.timeline'), content: <LivingTimeline customerId={customerId} /> },
    ...(mayOrders
      ? [{ key: 'orders', label: t('tabs.orders'), content: <CustomerOrders customerId={customerId} /> }]
      : []),
    ...(mayLoyalty
      ? [{ key: 'membership', label: t('tabs.membership'), content: <MemberPanel customerId={customerId} /> }]
      : []),
    ...(mayCoupons
      ? [{ key: 'coupons', label: t('tabs.coupons'), content: <IssuedCoupons customerId={customerId} /> }]
      : []),
    { key: 'attributes', label: t('tabs.attributes'), content: <AttributeList customer={customer} /> },
    { key: 'identity', label: t('tabs.identity'), content: <Identifiers customer={customer} /> },
  ];
}

function Summary({ customer }: { readonly customer: Customer }) {
  const { t } = useTranslation('customers');
  const storeNames = useStoreNames();
  const average = customer.ordersCount === 0 ? null : Math.round(customer.spendMinor / customer.ordersCount);
  return (
    <>
      <section className={styles['value']} aria-label={t('customer.value')}>
        <div>
          <strong>
            <Money fen={customer.spendMinor} currency={customer.spendCurrency} />
          </strong>
          <span>{t('customer.spend')}</span>
        </div>
        <div>
          <strong>
            <Count value={customer.ordersCount} />
          </strong>
          <span>{t('customer.orders')}</span>
        </div>
        <div>
          <strong>
            <Money fen={average} currency={customer.spendCurrency} />
          </strong>
          <span>{t('customer.average')}</span>
        </div>
        <div>
          <strong>
            <When at={customer.lastOrderAt} shape="relative" />
          </strong>
          <span>{t('customer.lastOrder')}</span>
        </div>
      </section>
      <Card title={t('customer.facts')}>
        <Facts
          items={[
            [t('customer.no'), `#${customer.customerNo}`],
            [t('customer.phone'), customer.phone],
            [t('customer.store'), storeNames.get(customer.storeId ?? 0) ?? null],
            [t('customer.firstSeen'), <When key="first" at={customer.firstSeenAt} shape="date" />],
            [t('customer.lastSeen'), <When key="last" at={customer.lastSeenAt} shape="relative" />],
            [
              t('customer.identifiers'),
              <Link key="identity" to="?tab=identity">
                {t('customer.identifierCount', { count: customer.identifiers.length })}
              </Link>,
            ],
          ]}
        />
      </Card>
      <ConsentsCard customer={customer} />
    </>
  );
}

function Erase({ customer }: { readonly customer: Customer }) {
  const { t } = useTranslation('customers');
  const may = useCan('customers.erase');
  const navigate = useNavigate();
  const erase = useWrite(eraseCustomer, {
    refreshes: [listCustomers],
    onDone: () => void navigate('/customers', { replace: true }),
  });
  if (!may) return null;
  return (
    <ConfirmAction
      danger
      label={t('erase.act')}
      title={t('erase.title', { name: customer.displayName })}
      consequence={t('erase.consequence', { count: customer.ordersCount })}
      confirmLabel={t('erase.act')}
      reason={{ label: t('erase.reason'), minLength: 4 }}
      typed={`#${customer.customerNo}`}
      run={(reason) => erase.mutateAsync({ params: { customerId: customer.customerId }, body: { reason } })}
    />
  );
}

function MergeWith({ customer }: { readonly customer: Customer }) {
  const { t } = useTranslation('customers');
  const may = useCan('customers.merge');
  const navigate = useNavigate();
  const [otherNo, setOtherNo] = useState<number | null>(null);
  const [open, setOpen] = useState(false);
  const found = useRead(
    listCustomers,
    { query: { search: `#${otherNo ?? 0}`, limit: 1 } },
    { enabled: open && otherNo !== null },
  );
  const other = found.data?.items.find(({ customerNo }) => customerNo === otherNo);
  const merge = useWrite(mergeCustomers, {
    refreshes: [getCustomer, listCustomers],
    onDone: ({ customerId }) => {
      setOpen(false);
      setOtherNo(null);
      void navigate(`/customers/${customerId}`, { replace: true });
    },
  });
  if (!may) return null;
  if (!open) return <Button onClick={() => setOpen(true)}>{t('merge.with')}</Button>;
  return (
    <span className={styles['merge']}>
      <InputNumber
        autoFocus
        min={1}
        precision={0}
        controls={false}
        prefix="#"
        aria-label={t('merge.otherNo')}
        placeholder={t('merge.otherNo')}
        style={{ width: 168 }}
        value={otherNo}
        onChange={setOtherNo}
      />
      {other === undefined ? null : <span>{other.displayName}</span>}
      <ConfirmAction
        button={{ type: 'primary', disabled: other === undefined || other.customerId === customer.customerId }}
        label={t('merge.act')}
        title={t('merge.title', { one: customer.displayName, other: other?.displayName ?? '' })}
        consequence={t('merge.consequence', { orders: customer.ordersCount + (other?.ordersCount ?? 0) })}
        confirmLabel={t('merge.act')}
        reason={{ label: t('merge.reason'), minLength: 4 }}
        run={async (reason) => {
          if (other !== undefined)
            await merge.mutateAsync({ body: { customerIds: [customer.customerId, other.customerId], reason } });
        }}
      />
      <Button type="text" onClick={() => setOpen(false)}>
        {t('cancel')}
      </Button>
    </span>
  );
}
