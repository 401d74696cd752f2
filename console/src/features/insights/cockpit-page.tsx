import { getCockpit } from '@shuke/server/contracts/insights';
import { Alert, Button, DatePicker, Select } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';

import { formatInstant } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import { useRead } from '../../lib/query.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { useUrlState } from '../../lib/url-state.ts';
import { FigureRow } from '../../ui/figure-card.tsx';
import { Page } from '../../ui/page.tsx';
import { ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { CockpitCharts } from './cockpit-charts.tsx';
import { figureNames, useFigure } from './figures.tsx';
import type { Cockpit, FigureName } from './figures.tsx';
import { LoopChain } from './loop-chain.tsx';
import { PeopleDrawer } from './people-drawer.tsx';
import { daysUntil, isDay, monthsOf } from './period.ts';
import type { Period } from './period.ts';

import styles from './cockpit.module.css';

/** The first page of the day: what the loop brought, against the period before, with the people behind every figure. */
export function CockpitPage() {
  const { t } = useTranslation('insights');
  const [search, change] = useUrlState();
  const today = formatInstant(useNow(), 'date', useTimeZone());
  const [from, until] = [search.get('from'), search.get('until')];
  const period = isDay(from) && isDay(until) && from <= until ? { fromOn: from, untilOn: until } : daysUntil(today, 30);
  const currency = search.get('currency') ?? undefined;
  const answer = useRead(
    getCockpit,
    { query: { ...period, currency } },
    { keepPrevious: true, refetchEveryMs: 60_000 },
  );
  const choose = (next: Period) => change({ from: next.fromOn, until: next.untilOn }, 'push');
  const shownFigure = figureNames.find((name) => name === search.get('figure')) ?? null;
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const cockpit = answer.data;
  return (
    <Page
      title={t('title')}
      purpose={t('comparedWith', { from: cockpit.beforeFromOn, until: cockpit.beforeUntilOn })}
      actions={
        <>
          {cockpit.currencies.length > 1 ? (
            <Select
              aria-label={t('currency')}
              value={cockpit.currency}
              options={cockpit.currencies.map((value) => ({ value, label: value }))}
              onChange={(value) => change({ currency: value }, 'push')}
            />
          ) : null}
          <PeriodPicker period={period} today={today} onChange={choose} />
        </>
      }
    >
      <NothingHere cockpit={cockpit} onGo={choose} />
      <Figures cockpit={cockpit} search={search} />
      <CockpitCharts
        cockpit={cockpit}
        before={{ fromOn: cockpit.beforeFromOn, untilOn: cockpit.beforeUntilOn }}
        refreshing={answer.isPlaceholderData}
      />
      <PeopleDrawer
        figure={shownFigure}
        period={period}
        currency={cockpit.currency}
        onClose={() => change({ figure: null })}
      />
    </Page>
  );
}

interface PeriodPickerProps {
  readonly period: Period;
  readonly today: string;
  readonly onChange: (period: Period) => void;
}

function PeriodPicker({ period, today, onChange }: PeriodPickerProps) {
  const { t } = useTranslation('insights');
  const months = monthsOf(today);
  const presets: [string, Period][] = [
    [t('periods.today'), daysUntil(today, 1)],
    [t('periods.last7'), daysUntil(today, 7)],
    [t('periods.last30'), daysUntil(today, 30)],
    [t('periods.last90'), daysUntil(today, 90)],
    [t('periods.last365'), daysUntil(today, 365)],
    [t('periods.thisMonth'), months.thisMonth],
    [t('periods.lastMonth'), months.lastMonth],
  ];
  return (
    <DatePicker.RangePicker
      aria-label={t('period')}
      allowClear={false}
      value={[dayjs(period.fromOn), dayjs(period.untilOn)]}
      presets={presets.map(([label, { fromOn, untilOn }]) => ({ label, value: [dayjs(fromOn), dayjs(untilOn)] }))}
      onChange={(days) => {
        const [first, last] = days ?? [];
        if (first && last) onChange({ fromOn: first.format('YYYY-MM-DD'), untilOn: last.format('YYYY-MM-DD') });
      }}
    />
  );
}

/** A period without an order, although there are orders elsewhere: says where. */
function NothingHere({ cockpit, onGo }: { readonly cockpit: Cockpit; readonly onGo: (period: Period) => void }) {
  const { t } = useTranslation('insights');
  const { newestOn } = cockpit;
  if (cockpit.figures.orders?.value !== 0 || newestOn === null) return null;
  return (
    <Alert
      type="info"
      showIcon
      title={t('nothing', { newestOn })}
      action={
        <Button size="small" onClick={() => onGo(daysUntil(newestOn, 30))}>
          {t('goToNewest')}
        </Button>
      }
    />
  );
}

function Figures({ cockpit, search }: { readonly cockpit: Cockpit; readonly search: URLSearchParams }) {
  const { t } = useTranslation('insights');
  const pathOf = (name: FigureName) => {
    const query = new URLSearchParams(search);
    query.set('figure', name);
    return `?${query.toString()}`;
  };
  const figure = useFigure(cockpit, pathOf);
  const trend = (pick: (day: Cockpit['daily'][number]) => number) => cockpit.daily.map((day) => pick(day));
  return (
    <>
      <FigureRow
        figures={[
          figure('gmv', { trend: trend((day) => day.amountMinor) }),
          figure('orders', { trend: trend((day) => day.orders) }),
          figure('new_buyers', { trend: trend((day) => day.newBuyers) }),
          figure('returning_buyers'),
          figure('repurchase_rate'),
          figure('average_order'),
        ]}
      />
      <LoopChain cockpit={cockpit} pathOf={pathOf} />
      <section aria-label={t('reach')} className={styles['reach']}>
        <FigureRow
          figures={[
            figure('reached'),
            figure('opened'),
            figure('coupons_issued'),
            figure('coupons_used'),
            figure('buyers'),
            figure('refunds'),
          ]}
        />
      </section>
    </>
  );
}
