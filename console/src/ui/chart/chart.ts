import type { EChartsCoreOption } from 'echarts/core';

import { formatCompact, formatCount, formatDuration, formatMoney, formatRatio } from '../../lib/format.ts';
import type { Locale } from '../../lib/format.ts';

/** What the numbers of a chart are; decides axis, tooltip and table texts. */
export type ChartUnit = 'count' | 'fen' | 'ratio' | 'ms';

export interface ChartSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** The period before: drawn dashed and quiet. */
  readonly comparison?: boolean;
  readonly kind?: 'line' | 'bar';
}

/** A chart over categories (days, channels, stores). */
export interface CategoryChart {
  readonly kind: 'line' | 'area' | 'bar' | 'stacked-bar' | 'ranking';
  readonly categories: readonly string[];
  readonly series: readonly ChartSeries[];
  readonly unit: ChartUnit;
  /** Of a chart in `fen`; CNY when absent. */
  readonly currency?: string;
}

/** Any other chart, with the table that says the same. */
export interface FreeChart {
  readonly kind: 'free';
  readonly option: EChartsCoreOption;
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
}

export type Chart = CategoryChart | FreeChart;

/** A number of a chart in words; `short` for axes. */
export function chartNumber(
  value: number | null,
  unit: ChartUnit,
  locale: Locale,
  { short = false, currency = 'CNY' }: { short?: boolean; currency?: string | undefined } = {},
): string {
  switch (unit) {
    case 'fen':
      return formatMoney(value, locale, { compact: short, currency });
    case 'ratio':
      return formatRatio(value, locale);
    case 'ms':
      return formatDuration(value, locale);
    case 'count':
      return short ? formatCompact(value, locale) : formatCount(value, locale);
    default:
      return unit satisfies never;
  }
}

/** The chart as rows of text: for readers who want exact numbers, and for those who cannot see the picture. */
export function chartTable(chart: Chart, locale: Locale): FreeChart['table'] {
  if (chart.kind === 'free') return chart.table;
  return {
    head: ['', ...chart.series.map(({ name }) => name)],
    rows: chart.categories.map((category, index) => [
      category,
      ...chart.series.map(({ values }) =>
        chartNumber(values[index] ?? null, chart.unit, locale, { currency: chart.currency }),
      ),
    ]),
  };
}

/** ECharts option of a category chart. */
export function categoryOption(chart: CategoryChart, locale: Locale): EChartsCoreOption {
  const horizontal = chart.kind === 'ranking';
  const { currency } = chart;
  const words = (value: unknown) =>
    chartNumber(typeof value === 'number' ? value : null, chart.unit, locale, { currency });
  const categoryAxis = {
    type: 'category',
    data: [...chart.categories],
    boundaryGap: chart.kind !== 'line' && chart.kind !== 'area',
    ...(horizontal ? { inverse: true, axisLabel: { width: 140, overflow: 'truncate' } } : {}),
  };
  const valueAxis = {
    type: 'value',
    axisLabel: { formatter: (value: number) => chartNumber(value, chart.unit, locale, { short: true, currency }) },
    ...(chart.unit === 'count' ? { minInterval: 1 } : {}),
  };
  return {
    grid: { left: 4, right: 20, top: chart.series.length > 1 ? 36 : 16, bottom: 4, outerBoundsMode: 'same' },
    legend: { show: chart.series.length > 1, top: 0, left: 0 },
    tooltip: { trigger: 'axis', valueFormatter: words, axisPointer: { type: horizontal ? 'shadow' : 'line' } },
    xAxis: horizontal ? valueAxis : categoryAxis,
    yAxis: horizontal ? categoryAxis : valueAxis,
    series: chart.series.map((series) => seriesOption(chart, series)),
  };
}

function seriesOption(chart: CategoryChart, series: ChartSeries): object {
  const line =
    series.kind === 'line' || (series.kind === undefined && (chart.kind === 'line' || chart.kind === 'area'));
  if (!line) {
    return {
      type: 'bar',
      name: series.name,
      data: [...series.values],
      barMaxWidth: 28,
      ...(chart.kind === 'stacked-bar' ? { stack: 'all' } : { itemStyle: { borderRadius: 3 } }),
      ...(series.comparison ? { itemStyle: { opacity: 0.35, borderRadius: 3 } } : {}),
    };
  }
  return {
    type: 'line',
    name: series.name,
    data: [...series.values],
    showSymbol: chart.categories.length <= 2,
    symbolSize: 7,
    smooth: 0.15,
    lineStyle: series.comparison ? { type: 'dashed', width: 1.5, opacity: 0.7 } : { width: 2.2 },
    ...(chart.kind === 'area' && !series.comparison ? { areaStyle: { opacity: 0.12 } } : {}),
  };
}
