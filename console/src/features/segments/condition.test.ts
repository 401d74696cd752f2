import { expect, test } from 'vitest';

import { isComplete, leafGroups, negate, newLeaf, parseCondition, templates } from './condition.ts';

test('every template can be counted at once', () => {
  for (const [name, condition] of Object.entries(templates))
    expect([name, isComplete(condition)]).toEqual([name, true]);
});

test('a new question is complete, or waits for a choice only', () => {
  const waiting = leafGroups
    .flatMap(({ kinds }) => [...kinds])
    .filter((kind) => !isComplete(newLeaf(kind)))
    .toSorted();
  expect(waiting).toEqual(['bought_on_channel', 'rfm_group', 'segment', 'store', 'tag', 'tier']);
});

test('negating twice gives the condition back', () => {
  const leaf = newLeaf('high_value');
  expect(negate(leaf)).toEqual({ kind: 'not', condition: leaf });
  expect(negate(negate(leaf))).toBe(leaf);
});

test('JSON that is no condition is refused; what the builder made is read back', () => {
  expect(parseCondition('{')).toBeNull();
  expect(parseCondition('{"kind":"all","conditions":[]}')).toBeNull();
  expect(parseCondition(JSON.stringify(templates['cart']))).toEqual(templates['cart']);
});
