import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { describe, expect, test } from 'vitest';

import { layers } from '#platform/layers';
import type { ModuleDefinition } from '#platform/module';

import { brokenImports, findImports, layerFaults } from './testing/architecture.ts';

const modulesRoot = resolve(import.meta.dirname, 'modules');
const names = globSync('*', { cwd: modulesRoot });

describe.each(names)('module %s', (name) => {
  const home = resolve(modulesRoot, name);
  const imports = globSync('**/*.ts', { cwd: home }).flatMap((file) =>
    findImports(readFileSync(resolve(home, file), 'utf8')).map((specifier) => ({ file, specifier })),
  );

  test('imports only the modules it declares, by their front doors', async () => {
    const exported = (await import(`./modules/${name}/index.ts`)) as Record<string, ModuleDefinition>;
    expect(exported[name]?.name).toBe(name);
    expect(brokenImports({ name, home, imports, dependsOn: exported[name]?.dependsOn ?? [] })).toEqual([]);
  });

  test('declares only modules of lower layers', async () => {
    const exported = (await import(`./modules/${name}/index.ts`)) as Record<string, ModuleDefinition>;
    expect(layerFaults(name, exported[name]?.dependsOn ?? [], layers)).toEqual([]);
  });

  test('says what it is in a README of at most 40 lines', () => {
    const readme = readFileSync(resolve(home, 'README.md'), 'utf8');
    expect(readme.trim().split('\n').length).toBeLessThanOrEqual(40);
  });
});

test('the platform imports no module', () => {
  const root = resolve(import.meta.dirname, 'platform');
  const faults = globSync('**/*.ts', { cwd: root }).flatMap((file) =>
    findImports(readFileSync(resolve(root, file), 'utf8'))
      .filter((specifier) =>
        specifier.startsWith('#')
          ? !/^#(platform|testing)\//.test(specifier)
          : specifier.startsWith('.') && !resolve(root, dirname(file), specifier).startsWith(`${root}/`),
      )
      .map((specifier) => `${file} imports ${specifier}`),
  );
  expect(faults).toEqual([]);
});

test('zod is imported as a namespace, so that browsers drop what they do not use', () => {
  const root = resolve(import.meta.dirname, '..');
  const faults = globSync(['server/**/*.ts', 'console/src/**/*.{ts,tsx}'], {
    cwd: root,
    exclude: ['**/node_modules/**'],
  }).filter((file) => /import (type )?\{[^}]*\bz\b[^}]*\} from 'zod'/.test(readFileSync(resolve(root, file), 'utf8')));
  expect(faults).toEqual([]);
});

describe('the guard itself', () => {
  const home = '/repo/server/modules/orders';
  const check = (specifier: string, dependsOn: string[] = ['customers']) =>
    brokenImports({ name: 'orders', home, dependsOn, imports: [{ file: 'a.ts', specifier }] });

  test.each([
    ['an undeclared module', '#settlement'],
    ['a file behind another front door', '../customers/profile.ts'],
    ['a deep import by name', '#customers/profile'],
  ])('catches %s', (_what, specifier) => {
    expect(check(specifier)).toHaveLength(1);
  });

  test.each(['#platform/errors', '#customers', './order.ts', '../customers/contract.ts', 'zod', 'node:fs'])(
    'allows %s',
    (specifier) => {
      expect(check(specifier)).toEqual([]);
    },
  );

  test('catches a dependency that points upward or sideways in a circle', () => {
    expect(layerFaults('orders', ['journeys'], layers)).toHaveLength(1);
    expect(layerFaults('orders', ['customers', 'org'], layers)).toEqual([]);
  });
});
