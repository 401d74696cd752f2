import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, test } from 'vitest';
import * as z from 'zod';

import { isFactName, standardEvent, standardEvents } from './catalogue.ts';
import { driftOf } from './drift.ts';

test('an event that keeps to the catalogue, or is a custom one, does not drift', () => {
  expect(driftOf('Order Paid', { order_id: 'o1', amount_fen: 100, anything: true })).toEqual([]);
  expect(driftOf('Balloon Popped', { colour: 7 })).toEqual([]);
});

test('missing and mistyped properties are named', () => {
  expect(driftOf('Order Paid', { amount_fen: '100' }).toSorted()).toEqual(['amount_fen: string', 'order_id: missing']);
});

test('the catalogue covers every standard event once and each has a JSON Schema', () => {
  expect(standardEvents.length).toBeGreaterThanOrEqual(20);
  expect(new Set(standardEvents.map(({ name }) => name)).size).toBe(standardEvents.length);
  for (const { properties } of standardEvents) expect(z.toJSONSchema(properties)).toMatchObject({ type: 'object' });
});

test('a fact keeps its protection however its name is written', () => {
  expect(isFactName(' order PAID ')).toBe(true);
  expect(isFactName('Product Viewed')).toBe(false);
});

/** Whoever announces a fact under a name the event API does not protect lets strangers announce it too. */
test('every fact the modules announce is in the catalogue as a fact', () => {
  const root = resolve(import.meta.dirname, '..');
  // Put together, or the test of the imports would take it for one.
  const outbox = ['#platform', 'outbox'].join('/');
  const unprotected = globSync('*/**/*.ts', { cwd: root, exclude: ['**/*.test.ts', '**/testing/**'] }).flatMap(
    (file) => {
      const source = readFileSync(resolve(root, file), 'utf8');
      const announces = /import \{[^}]*\bemit\b/.test(source) && source.includes(outbox);
      if (!announces) return [];
      return [...source.matchAll(/'((?:[A-Z][a-z]+ )+[A-Z][a-z]+)'/g)]
        .map(([, name = '']) => name)
        .filter((name) => !standardEvent(name)?.fact)
        .map((name) => `${file}: '${name}' — add it to server/modules/collect/catalogue.ts as a fact`);
    },
  );
  expect(unprotected).toEqual([]);
});
