import { expect, test } from 'vitest';

import { categoryOption, chartTable } from './chart.ts';
import type { CategoryChart } from './chart.ts';

const chart: CategoryChart = {
  kind: 'line',
  unit: 'fen',
  categories: ['11-23', '11-24'],
  series: [
    { name: 'Revenue', values: [1_248_000, null] },
    { name: 'Before', values: [990_000, 100], comparison: true },
  ],
};

test('the table says exactly what the picture shows, gaps included', () => {
  expect(chartTable(chart, 'en')).toEqual({
    head: ['', 'Revenue', 'Before'],
    rows: [
      ['11-23', '¥12,480.00', '¥9,900.00'],
      ['11-24', '—', '¥1.00'],
    ],
  });
});

test('the period before is dashed, and a gap stays a gap', () => {
  const option = categoryOption(chart, 'en') as { series: { data: unknown[]; lineStyle: { type?: string } }[] };
  expect(option.series[0]?.data).toEqual([1_248_000, null]);
  expect(option.series.map(({ lineStyle }) => lineStyle.type)).toEqual([undefined, 'dashed']);
});
