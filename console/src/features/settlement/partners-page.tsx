import { closeMonth, listPartners, listStatements, previewClosing } from '@shuke/server/contracts/settlement';
import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { errorText, useLocale } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { formatCount, formatInstant, formatMoney } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import { useList, useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { useUrlState } from '../../lib/url-state.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { CustomerLink } from '../../ui/customer-link.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import { Count, Money, Percent } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { monthBefore, monthOf } from './month.ts';

type Partner = Reply<typeof listPartners>['items'][number];

/** Who brought what in a month, and what they earn for it. */
export function PartnersPage() {
  const { t } = useTranslation('settlement');
  const [search, change] = useUrlState();
  const today = formatInstant(useNow(), 'date', useTimeZone());
  const chosen = search.get('month');
  const periodOn = chosen !== null && /^\d{4}-\d\d$/.test(chosen) ? `${chosen}-01` : monthOf(today);
  const filterState = useFilters([]);
  const list = useList(listPartners, { query: { periodOn, limit: 50 } });
  const figures = list.page?.figures;
  return (
    <ListPage<Partner>
      name="settlement-partners"
      title={t('partners.title')}
      purpose={t('partners.purpose')}
      actions={
        <>
          <DatePicker
            picker="month"
            allowClear={false}
            aria-label={t('statement.month')}
            value={dayjs(periodOn)}
            onChange={(day) => {
              if (day !== null) change({ month: day.format('YYYY-MM') }, 'push');
            }}
          />
          <CloseMonth periodOn={monthBefore(today)} />
        </>
      }
      figures={[
        { label: t('partners.count'), value: <Count compact value={figures?.partners} /> },
        { label: t('partner.orders'), value: <Count compact value={figures?.orders} /> },
        { label: t('partner.base'), value: <Money fen={figures?.keptBaseMinor} /> },
        {
          label: t('partner.amount'),
          value: <Money fen={figures?.amountMinor} />,
          explanation: t('partner.amountExplain'),
        },
        {
          label: t('partner.confirmed'),
          value: <Money fen={figures?.confirmedMinor} />,
          explanation: t('partner.confirmedExplain'),
        },
      ]}
      filters={[]}
      filterState={filterState}
      columns={usePartnerColumns()}
      list={list}
      rowKey={(partner) => partner.partnerCustomerId}
      empty={{ title: t('partners.empty'), hint: t('partners.emptyHint') }}
    />
  );
}

function usePartnerColumns(): Column<Partner>[] {
  const { t } = useTranslation('settlement');
  return [
    {
      key: 'partner',
      title: t('partner.name'),
      render: (partner) => <CustomerLink customerId={partner.partnerCustomerId} name={partner.partner} />,
    },
    {
      key: 'orders',
      title: t('partner.orders'),
      align: 'right',
      render: (partner) => <Count value={partner.orders} />,
    },
    {
      key: 'base',
      title: t('partner.base'),
      align: 'right',
      render: (partner) => <Money fen={partner.keptBaseMinor} />,
    },
    { key: 'rate', title: t('partner.rate'), align: 'right', render: (partner) => <Percent bps={partner.rateBps} /> },
    {
      key: 'amount',
      title: t('partner.amount'),
      align: 'right',
      render: (partner) => <Money fen={partner.amountMinor} />,
    },
    {
      key: 'confirmed',
      title: t('partner.confirmed'),
      align: 'right',
      render: (partner) => <Money fen={partner.confirmedMinor} />,
    },
    {
      key: 'links',
      title: '',
      align: 'right',
      render: (partner) => (
        <span style={{ display: 'inline-flex', gap: 12 }}>
          <Link to={`/shares?sharer=${partner.partnerCustomerId}`}>{t('partner.links')}</Link>
          <Link to={`/settlement/statements?partner=${partner.partnerCustomerId}`}>{t('statements.title')}</Link>
        </span>
      ),
    },
  ];
}

/** Puts what is payable on statements, after saying what that means. */
export function CloseMonth({ periodOn }: { readonly periodOn: string }) {
  const { t } = useTranslation('settlement');
  const may = useCan('settlement.approve');
  const [month, setMonth] = useState(periodOn);
  const close = useWrite(closeMonth, { refreshes: [listStatements, listPartners] });
  if (!may) return null;
  return (
    <ConfirmAction
      label={t('close.label')}
      title={t('close.title')}
      consequence={
        <>
          <p>{t('close.consequence')}</p>
          <Foreseen periodOn={month} />
          <DatePicker
            style={{ marginTop: 12 }}
            picker="month"
            allowClear={false}
            aria-label={t('statement.month')}
            maxDate={dayjs(periodOn)}
            value={dayjs(month)}
            onChange={(day) => {
              if (day !== null) setMonth(`${day.format('YYYY-MM')}-01`);
            }}
          />
        </>
      }
      confirmLabel={t('close.confirm', { month: month.slice(0, 7) })}
      run={() => close.mutateAsync({ body: { periodOn: month } })}
    />
  );
}

/** How much a closing would put on how many statements. */
function Foreseen({ periodOn }: { readonly periodOn: string }) {
  const { t } = useTranslation('settlement');
  const locale = useLocale();
  const { data, error } = useRead(previewClosing, { query: { periodOn } }, { staleMs: 0, keepPrevious: true });
  if (error !== null) return <p>{errorText(error)}</p>;
  if (data === undefined) return <p>…</p>;
  return (
    <p>
      <strong>
        {data.statements === 0
          ? t('close.nothing')
          : t('close.foreseen', {
              count: data.statements,
              lines: formatCount(data.lines, locale),
              total: formatMoney(data.totalMinor, locale),
            })}
      </strong>
    </p>
  );
}
