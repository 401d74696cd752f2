import { expect, test } from 'vitest';

import { newPromotion, promotionProblems, promotionState } from './promotion-text.ts';

const now = new Date('2026-11-24T04:00:00Z');
const content = newPromotion(now);
const status = 'active' as const;

test('a new promotion could be published as it is', () => {
  expect(promotionProblems(content)).toEqual([]);
});

test('the state follows what is published, and its end beats everything', () => {
  const running = { ...content, startsAt: '2026-11-24T00:00:00Z', endsAt: '2026-11-25T00:00:00Z' };
  expect(promotionState({ status, published: null }, now)).toBe('draft');
  expect(promotionState({ status, published: running }, now)).toBe('running');
  expect(promotionState({ status: 'paused', published: running }, now)).toBe('paused');
  expect(promotionState({ status, published: { ...running, startsAt: '2026-11-24T05:00:00Z' } }, now)).toBe(
    'scheduled',
  );
  expect(promotionState({ status: 'paused', published: { ...running, endsAt: now.toISOString() } }, now)).toBe('over');
});

test('each refusal of the contract has its words', () => {
  const step = { thresholdFen: 1_000, offFen: 100, offBps: null };
  expect(promotionProblems({ ...content, endsAt: content.startsAt })).toEqual(['endsAt']);
  expect(promotionProblems({ ...content, steps: [{ ...step, offFen: 1_001 }] })).toEqual(['tooMuch']);
  expect(promotionProblems({ ...content, steps: [{ ...step, offFen: null }] })).toEqual(['amounts']);
  expect(promotionProblems({ ...content, steps: [{ ...step, thresholdFen: 0 }] })).toContain('amounts');
  expect(promotionProblems({ ...content, steps: [step, { ...step, thresholdFen: 2_000 }], repeats: true })).toEqual([
    'repeats',
  ]);
});
