import { rehearsePlan } from '@shuke/server/contracts/settlement';
import type { SettlementPlan } from '@shuke/server/contracts/settlement';
import { Alert, Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText, useLocale } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { changeRatio } from '../../lib/format.ts';
import { useWrite } from '../../lib/query.ts';
import { CustomerLink } from '../../ui/customer-link.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Change, Count, Money } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { rowsAtHand } from '../../ui/table-rows.ts';
import { measuredText } from './plan-text.ts';

import styles from './settlement.module.css';

type PartnerMonth = Reply<typeof rehearsePlan>['partners'][number];

const pageSize = 20;

/** What each partner would have earned under the plan, beside what they earned. */
export function PlanRehearsal({ plan, disabled }: { readonly plan: SettlementPlan; readonly disabled: boolean }) {
  const { t } = useTranslation('settlement');
  const locale = useLocale();
  const [months, setMonths] = useState(3);
  const [pageIndex, setPageIndex] = useState(0);
  const rehearsal = useWrite(rehearsePlan);
  const { data } = rehearsal;
  const partners = data?.partners ?? [];
  const list = {
    ...rowsAtHand(partners.slice(pageIndex * pageSize, (pageIndex + 1) * pageSize)),
    total: partners.length,
    pageIndex,
    hasPrevious: pageIndex > 0,
    hasNext: (pageIndex + 1) * pageSize < partners.length,
    previous: () => setPageIndex(pageIndex - 1),
    next: () => setPageIndex(pageIndex + 1),
  };
  const columns: Column<PartnerMonth>[] = [
    {
      key: 'partner',
      title: t('partner.name'),
      render: (one) => <CustomerLink customerId={one.partnerCustomerId} name={one.partner} />,
    },
    { key: 'month', title: t('statement.month'), render: (one) => one.periodOn.slice(0, 7) },
    { key: 'orders', title: t('partner.orders'), align: 'right', render: (one) => <Count value={one.orders} /> },
    {
      key: 'measured',
      title: t('rehearsal.measured'),
      align: 'right',
      render: (one) => measuredText(t, plan.measure, one.measured, locale),
    },
    { key: 'now', title: t('rehearsal.now'), align: 'right', render: (one) => <Money fen={one.nowMinor} /> },
    { key: 'then', title: t('rehearsal.then'), align: 'right', render: (one) => <Money fen={one.thenMinor} /> },
    {
      key: 'difference',
      title: t('rehearsal.difference'),
      align: 'right',
      render: (one) => (
        <span className={styles['difference']}>
          <Money fen={one.thenMinor - one.nowMinor} />
          <Change ratio={changeRatio(one.thenMinor, one.nowMinor)} good="neither" />
        </span>
      ),
    },
  ];
  return (
    <Card
      flush
      title={t('rehearsal.title')}
      hint={t('rehearsal.hint')}
      extra={
        <span className={styles['tools']}>
          <Select<number>
            aria-label={t('rehearsal.months')}
            value={months}
            options={[1, 3, 6, 12, 24].map((count) => ({ value: count, label: t('rehearsal.lastMonths', { count }) }))}
            onChange={setMonths}
          />
          <Button
            type="primary"
            ghost
            disabled={disabled}
            loading={rehearsal.isPending}
            onClick={() => {
              setPageIndex(0);
              rehearsal.mutate({ body: { content: plan, months } });
            }}
          >
            {t('rehearsal.run')}
          </Button>
        </span>
      }
    >
      {rehearsal.error === null ? null : <Alert type="error" showIcon title={errorText(rehearsal.error)} />}
      {data === undefined ? (
        <EmptyState compact title={t('rehearsal.notYet')} />
      ) : (
        <>
          <p className={styles['totals']}>
            {t('rehearsal.now')} <Money fen={data.nowMinor} /> → {t('rehearsal.then')} <Money fen={data.thenMinor} />
            <Change ratio={changeRatio(data.thenMinor, data.nowMinor)} good="neither" />
          </p>
          <DataTable<PartnerMonth>
            label={t('rehearsal.title')}
            rowKey={(one) => `${one.partnerCustomerId} ${one.periodOn}`}
            columns={columns}
            list={list}
            empty={<EmptyState compact title={t('rehearsal.nobody')} />}
          />
        </>
      )}
    </Card>
  );
}
