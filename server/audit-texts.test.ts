import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, test } from 'vitest';

type Texts = { readonly [key: string]: string | Texts };

/** Every act the server writes into the audit log under a name of its own. */
const acts = [
  ...new Set(
    globSync('**/*.ts', {
      cwd: import.meta.dirname,
      exclude: ['**/node_modules/**', '**/*.test.ts', 'testing/**'],
    }).flatMap((file) =>
      [...readFileSync(resolve(import.meta.dirname, file), 'utf8').matchAll(/\baction: '([a-z-]+\.[a-z.-]+)'/g)].map(
        ([, act = '']) => act,
      ),
    ),
  ),
];

function textAt(texts: Texts | undefined, path: readonly string[]): string | undefined {
  let at: string | Texts | undefined = texts;
  for (const step of path) at = typeof at === 'object' ? at[step] : undefined;
  return typeof at === 'string' ? at : undefined;
}

test.each(['zh-CN', 'en'])('every audited act has its words in %s', (language) => {
  expect(acts.length).toBeGreaterThan(40);
  const folder = resolve(import.meta.dirname, '../console/src/i18n', language);
  const spaces = new Map(
    globSync('*.json', { cwd: folder }).map((file) => [
      file.slice(0, -'.json'.length),
      JSON.parse(readFileSync(resolve(folder, file), 'utf8')) as Texts,
    ]),
  );
  const silent = acts.filter((act) => {
    const [module = '', ...rest] = act.split('.');
    return (
      textAt(spaces.get(module), ['actions', ...rest]) === undefined &&
      textAt(spaces.get('org'), ['actions', module, ...rest]) === undefined
    );
  });
  expect(silent).toEqual([]);
});
