import { getCockpit } from '@shuke/server/contracts/insights';
import { Segmented } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { channelText } from '../../i18n/channel-text.ts';
import { useRead } from '../../lib/query.ts';
import { ChartCard } from '../../ui/chart/chart-card.tsx';
import type { CategoryChart } from '../../ui/chart/chart.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Count, Money, Percent } from '../../ui/formatted.tsx';
import { Card, Grid } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { rowsAtHand } from '../../ui/table-rows.ts';
import type { Cockpit } from './figures.tsx';
import type { Period } from './period.ts';

import styles from './cockpit.module.css';

const measures = ['amountMinor', 'orders', 'newBuyers'] as const;
type Measure = (typeof measures)[number];

interface CockpitChartsProps {
  readonly cockpit: Cockpit;
  readonly before: Period;
  /** The figures on screen are of the period chosen earlier. */
  readonly refreshing: boolean;
}

/** The days of the period over those of the period before, channels, and the goods that sold best. */
export function CockpitCharts({ cockpit, before, refreshing }: CockpitChartsProps) {
  const { t } = useTranslation('insights');
  const [measure, setMeasure] = useState<Measure>('amountMinor');
  const earlier = useRead(getCockpit, { query: { ...before, currency: cockpit.currency } }, { enabled: !refreshing });
  const earlierDays = earlier.data?.daily;
  const chart = useMemo<CategoryChart | null>(() => {
    if (cockpit.daily.length === 0) return null;
    return {
      kind: 'area',
      unit: measure === 'amountMinor' ? 'fen' : 'count',
      currency: cockpit.currency,
      categories: cockpit.daily.map(({ on }) => on),
      series: [
        { name: t('daily.now'), values: cockpit.daily.map((day) => day[measure]) },
        ...(earlierDays === undefined
          ? []
          : [{ name: t('daily.before'), values: earlierDays.map((day) => day[measure]), comparison: true }]),
      ],
    };
  }, [cockpit, earlierDays, measure, t]);
  return (
    <>
      <ChartCard
        title={t('daily.title')}
        hint={t('daily.hint')}
        chart={chart}
        heightPx={300}
        extra={
          <Segmented<Measure>
            value={measure}
            onChange={setMeasure}
            options={measures.map((value) => ({ value, label: t(`daily.${value}`) }))}
          />
        }
      />
      <Grid minPx={420}>
        <Channels cockpit={cockpit} />
        <Products cockpit={cockpit} />
      </Grid>
    </>
  );
}

function Share({ part, whole }: { readonly part: number; readonly whole: number }) {
  const ratio = whole <= 0 ? 0 : Math.max(0, Math.min(1, part / whole));
  return (
    <span className={styles['share']}>
      <span className={styles['bar']} aria-hidden>
        <span style={{ width: `${ratio * 100}%` }} />
      </span>
      <Percent ratio={whole <= 0 ? null : part / whole} />
    </span>
  );
}

function Channels({ cockpit }: { readonly cockpit: Cockpit }) {
  const { t } = useTranslation('insights');
  type Channel = Cockpit['channels'][number];
  const all = cockpit.channels.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const columns: Column<Channel>[] = [
    { key: 'channel', title: t('channels.channel'), render: ({ channel }) => channelText(channel) },
    { key: 'share', title: t('channels.share'), render: ({ amountMinor }) => <Share part={amountMinor} whole={all} /> },
    { key: 'orders', title: t('figures.orders'), align: 'right', render: ({ orders }) => <Count value={orders} /> },
    { key: 'buyers', title: t('figures.buyers'), align: 'right', render: ({ buyers }) => <Count value={buyers} /> },
    {
      key: 'amount',
      title: t('channels.amount'),
      align: 'right',
      render: ({ amountMinor }) => <Money compact fen={amountMinor} currency={cockpit.currency} />,
    },
  ];
  return (
    <Card flush title={t('channels.title')} hint={t('channels.hint')}>
      <DataTable<Channel>
        label={t('channels.title')}
        rowKey={({ channel }) => channel}
        columns={columns}
        list={rowsAtHand(cockpit.channels)}
        empty={<EmptyState compact title={t('channels.empty')} />}
      />
    </Card>
  );
}

function Products({ cockpit }: { readonly cockpit: Cockpit }) {
  const { t } = useTranslation('insights');
  type Product = Cockpit['products'][number];
  const columns: Column<Product>[] = [
    {
      key: 'title',
      title: t('products.product'),
      render: ({ title, skuCode }) => (
        <span className={styles['product']}>
          <span>{title === '' ? skuCode : title}</span>
          <span className="mono">{skuCode}</span>
        </span>
      ),
    },
    {
      key: 'quantity',
      title: t('products.quantity'),
      align: 'right',
      render: ({ quantity }) => <Count value={quantity} />,
    },
    {
      key: 'amount',
      title: t('channels.amount'),
      align: 'right',
      render: ({ amountMinor }) => <Money compact fen={amountMinor} currency={cockpit.currency} />,
    },
  ];
  return (
    <Card flush title={t('products.title')} hint={t('products.hint')}>
      <DataTable<Product>
        label={t('products.title')}
        rowKey={({ skuCode }) => skuCode}
        columns={columns}
        list={rowsAtHand(cockpit.products)}
        empty={<EmptyState compact title={t('products.empty')} />}
      />
    </Card>
  );
}
