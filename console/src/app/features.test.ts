import { expect, test } from 'vitest';

import { sections } from '../lib/feature.ts';
import { features } from './features.ts';

const paths = features.flatMap(({ routes }) => routes.map(({ path }) => path));

test('every entry of the sidebar leads to a page', () => {
  const entries = features.flatMap(({ navigation }) => navigation.map(({ path }) => path));
  expect(entries.filter((path) => !paths.includes(path))).toEqual([]);
});

test('no two features claim the same address', () => {
  expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([]);
});

test('every entry stands in a section of the loop, and in a place of its own', () => {
  const places = features.flatMap(({ navigation }) => navigation.map(({ section, order }) => `${section} ${order}`));
  expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
  expect(places.every((place) => (sections as readonly string[]).includes(place.split(' ')[0] ?? ''))).toBe(true);
});

test('every page loads and exports its component', async () => {
  const routes = features.flatMap((feature) => feature.routes);
  for (const { path, lazy } of routes) {
    const page = typeof lazy === 'function' ? await lazy() : undefined;
    expect([path, typeof page?.Component]).toEqual([path, 'function']);
  }
}, 240_000);
