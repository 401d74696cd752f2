import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';

import { startI18n } from '../../i18n/index.ts';
import { detailText, eventTone } from './timeline-text.ts';

beforeAll(() => startI18n('en'));

test('an order tells its number and amount in its own currency', () => {
  expect(detailText(i18next.t, { order_no: '536592', amount_minor: 593_485, currency: 'GBP' }, 'en')).toBe(
    '536592 · £5,934.85',
  );
  expect(detailText(i18next.t, { amount_fen: 1_990 }, 'en')).toBe('¥19.90');
});

test('what is not there is not told, and objects are never printed', () => {
  expect(detailText(i18next.t, { name: { first: 'x' }, path: '/tea', points: 12 }, 'en')).toBe('/tea · 12 points');
  expect(detailText(i18next.t, {}, 'en')).toBe('');
});

test('money coming in is good news, money going back is not', () => {
  expect([
    eventTone('Order Paid'),
    eventTone('Order Refunded'),
    eventTone('Message Failed'),
    eventTone('My Event'),
  ]).toEqual(['good', 'bad', 'bad', 'neutral']);
});

test('reasons of ours are told in words, others as they were given', () => {
  const told = (reason: string) => detailText(i18next.t, { reason }, 'en');
  expect(['last_touch', 'points.behaviour', 'reached', 'too small'].map(told)).toEqual([
    'last link opened before paying',
    'Earned by taking part',
    'Condition met',
    'too small',
  ]);
});
