import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, test } from 'vitest';

/** Names of events in Title Case, as modules announce them and the catalogue lists them. */
const announced = [
  ...new Set(
    globSync('{modules,platform}/**/*.ts', {
      cwd: import.meta.dirname,
      exclude: ['**/*.test.ts', '**/testing/**', '**/contract.ts'],
    })
      .map((file) => readFileSync(resolve(import.meta.dirname, file), 'utf8'))
      .filter((source) => /\bemit\(|\bannounce\(|EventCatalogue|standardEvents/i.test(source))
      .flatMap((source) =>
        [...source.matchAll(/'([A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)+)'/g)].map(([, name = '']) => name),
      ),
  ),
];

test.each(['zh-CN', 'en'])('every event the server announces has a name people read in %s', (language) => {
  expect(announced.length).toBeGreaterThan(40);
  const file = resolve(import.meta.dirname, '../console/src/i18n', language, 'events.json');
  const names = new Set(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>));
  expect(announced.filter((name) => !names.has(name))).toEqual([]);
});
