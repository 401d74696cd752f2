import { expect, test } from 'vitest';

import {
  changeRatio,
  formatBps,
  formatBytes,
  formatChange,
  formatCompact,
  formatCount,
  formatInstant,
  formatMoney,
  formatRelative,
} from './format.ts';

test('money shows exact yuan, and short on tiles in the reader’s own units', () => {
  expect(formatMoney(1_248_000, 'zh-CN')).toBe('¥12,480.00');
  expect(formatMoney(1_248_000, 'en')).toBe('¥12,480.00');
  expect(formatMoney(-5, 'zh-CN')).toBe('-¥0.05');
  expect(formatMoney(1_248_000, 'zh-CN', { compact: true })).toBe('¥1.2 \u4e07');
  expect(formatMoney(1_248_000, 'en', { compact: true })).toBe('¥12.5k');
  expect(formatMoney(2_487, 'zh-CN', { compact: true })).toBe('¥24.87');
  expect(formatMoney(37_800, 'zh-CN', { compact: true })).toBe('¥378');
  expect(formatMoney(-2_450, 'en', { compact: true })).toBe('-¥24.50');
  expect(formatMoney(1_500, 'en', { currency: 'JPY' })).toBe('¥1,500');
  expect(formatMoney(1_999, 'en', { currency: 'GBP' })).toBe('£19.99');
});

test('counts are exact until four signs, then compact', () => {
  expect(formatCount(12_345_678, 'zh-CN')).toBe('12,345,678');
  expect(formatCompact(9_999, 'zh-CN')).toBe('9,999');
  expect(formatCompact(12_400, 'zh-CN')).toBe('1.2 \u4e07');
  expect(formatCompact(123_456_789, 'zh-CN')).toBe('1.2 \u4ebf');
  expect(formatCompact(12_400, 'en')).toBe('12.4k');
  expect(formatCompact(12_345_678, 'en')).toBe('12.3M');
});

test('a missing value is a dash, never a zero', () => {
  for (const text of [
    formatCount(null, 'en'),
    formatMoney(undefined, 'en'),
    formatBps(null, 'en'),
    formatCompact(null, 'en'),
  ]) {
    expect(text).toBe('—');
  }
  expect(formatInstant('not a date', 'minute', 'Asia/Shanghai')).toBe('—');
});

test('a change names its direction', () => {
  expect(formatChange(0.042, 'en')).toBe('+4.2%');
  expect(formatChange(-0.013, 'zh-CN')).toBe('−1.3%');
  expect(formatChange(0.0001, 'en')).toBe('±0%');
  expect(changeRatio(120, 100)).toBeCloseTo(0.2);
  expect(changeRatio(5, 0)).toBeNull();
});

test('instants are shown in the brand’s time zone', () => {
  expect(formatInstant('2026-11-24T18:05:09Z', 'minute', 'Asia/Shanghai')).toBe('2026-11-25 02:05');
  expect(formatInstant('2026-11-24T18:05:09Z', 'date', 'Europe/London')).toBe('2026-11-24');
});

test('relative time rounds towards now', () => {
  const now = new Date('2026-11-24T12:00:00Z');
  expect(formatRelative('2026-11-24T11:54:10Z', now, 'en')).toBe('5 minutes ago');
  expect(formatRelative('2026-11-24T11:59:40Z', now, 'en')).toBe('now');
  expect(formatRelative('2026-11-23T11:00:00Z', now, 'en')).toBe('yesterday');
});

test('sizes use decimal units', () => {
  expect(formatBytes(0, 'en')).toBe('0 B');
  expect(formatBytes(12_400_000, 'en')).toBe('12.4 MB');
});
