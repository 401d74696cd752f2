import { listCoupons, listTemplates, readTemplate, voidCoupon } from '@shuke/server/contracts/coupons';
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useList, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Money, When, orDash } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { couponTone } from './coupon-text.ts';

type Coupon = Reply<typeof listCoupons>['items'][number];

interface IssuedCouponsProps {
  readonly templateId?: string;
  readonly customerId?: number;
}

/** Coupons given out, of a template or of a customer. */
export function IssuedCoupons({ templateId, customerId }: IssuedCouponsProps) {
  const { t } = useTranslation('coupons');
  const [status, setStatus] = useState<Coupon['status'] | null>(null);
  const list = useList(listCoupons, { query: { templateId, customerId, status: status ?? undefined } });
  return (
    <Card
      flush
      title={t('detail.coupons')}
      extra={
        <Select
          aria-label={t('template.status')}
          allowClear
          style={{ minWidth: 132 }}
          placeholder={t('template.status')}
          value={status}
          options={(['issued', 'locked', 'used', 'expired', 'voided'] as const).map((value) => ({
            value,
            label: t(`couponStatuses.${value}`),
          }))}
          onChange={(value: Coupon['status'] | undefined) => setStatus(value ?? null)}
        />
      }
    >
      <DataTable<Coupon>
        label={t('detail.coupons')}
        columns={useCouponColumns(customerId === undefined)}
        rowKey={(coupon) => coupon.couponId}
        list={list}
        empty={<EmptyState compact title={t('detail.noCoupons')} />}
      />
    </Card>
  );
}

function useCouponColumns(ofTemplate: boolean): Column<Coupon>[] {
  const { t } = useTranslation('coupons');
  const may = useCan('coupons.write');
  const withdraw = useWrite(voidCoupon, { refreshes: [listCoupons, readTemplate, listTemplates] });
  return [
    { key: 'code', title: t('coupon.code'), render: (coupon) => <span className="mono">{coupon.code}</span> },
    ofTemplate
      ? {
          key: 'customer',
          title: t('coupon.customer'),
          render: (coupon) => <Link to={`/customers/${coupon.customerId}`}>{coupon.customerId}</Link>,
        }
      : {
          key: 'name',
          title: t('template.name'),
          render: (coupon) => <Link to={`/coupons/${coupon.templateId}`}>{coupon.templateName}</Link>,
        },
    {
      key: 'status',
      title: t('template.status'),
      render: (coupon) => (
        <StatusTag tone={couponTone[coupon.status]}>{t(`couponStatuses.${coupon.status}`)}</StatusTag>
      ),
    },
    { key: 'issuedAt', title: t('coupon.issuedAt'), render: (coupon) => <When at={coupon.issuedAt} /> },
    { key: 'until', title: t('coupon.validUntil'), render: (coupon) => <When at={coupon.validUntil} /> },
    {
      key: 'order',
      title: t('coupon.order'),
      render: (coupon) =>
        orDash(coupon.orderId === null ? null : <Link to={`/orders/${coupon.orderId}`}>{t('coupon.openOrder')}</Link>),
    },
    {
      key: 'discount',
      title: t('coupon.discount'),
      align: 'right',
      render: (coupon) => <Money fen={coupon.discountFen} />,
    },
    {
      key: 'act',
      title: '',
      align: 'right',
      render: (coupon) =>
        may && coupon.status === 'issued' ? (
          <ConfirmAction
            danger
            button={{ type: 'text', size: 'small' }}
            label={t('coupon.withdraw')}
            title={t('coupon.withdrawTitle', { code: coupon.code })}
            consequence={t('coupon.withdrawConsequence')}
            confirmLabel={t('coupon.withdraw')}
            reason={{ label: t('coupon.withdrawReason') }}
            run={(reason) => withdraw.mutateAsync({ params: { couponId: coupon.couponId }, body: { reason } })}
          />
        ) : null,
    },
  ];
}
