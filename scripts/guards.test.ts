import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** The repository's own configuration over a few files, some of which break a rule: each tool must name exactly those. */
const repo = resolve(import.meta.dirname, '..');
let clean: string;
let planted: string;

const sound: Readonly<Record<string, string>> = {
  'server/main.ts': `import { greet } from './greeting.ts';\n\nprocess.stdout.write(greet('you'));\n`,
  'server/greeting.ts': `/** A greeting for a person. */\nexport function greet(name: string): string {\n  return \`Hello \${name}\`;\n}\n`,
};

/** File, and the rule that must name it. */
const lintPlants: readonly (readonly [string, string, string])[] = [
  ['server/one.ts', 'import(no-cycle)', `import { two } from './two.ts';\n\nexport const one = () => two();\n`],
  ['server/two.ts', 'import(no-cycle)', `import { one } from './one.ts';\n\nexport const two = (): unknown => one;\n`],
  [
    'server/floating.ts',
    'typescript(no-floating-promises)',
    `export function start(): void {\n  Promise.resolve(1);\n}\n`,
  ],
  ['server/any.ts', 'typescript(no-explicit-any)', `export const anything = (value: any): unknown => value;\n`],
  [
    'server/bang.ts',
    'typescript(no-non-null-assertion)',
    `export const first = (list: string[]): string => list[0]!;\n`,
  ],
  ['server/whole.ts', 'import(no-default-export)', `export default 1;\n`],
  ['server/CamelCase.ts', 'unicorn(filename-case)', `export const camel = 1;\n`],
  ['server/loud.ts', 'eslint(no-console)', `export const loud = (): void => console.log('x');\n`],
  ['server/evil.ts', 'eslint(no-eval)', `export const evil = (code: string): unknown => eval(code);\n`],
  [
    'server/swallow.ts',
    'eslint(no-empty)',
    `export function swallow(work: () => void): void {\n  try {\n    work();\n  } catch {}\n}\n`,
  ],
  [
    'server/partial.ts',
    'typescript(switch-exhaustiveness-check)',
    `export function price(kind: 'a' | 'b'): number {\n  switch (kind) {\n    case 'a':\n      return 1;\n  }\n  return 0;\n}\n`,
  ],
  [
    'server/value-import.ts',
    'typescript(consistent-type-imports)',
    `import { Stats } from 'node:fs';\n\nexport const size = (stats: Stats): number => stats.size;\n`,
  ],
];

const typePlants: Readonly<Record<string, { code: string; source: string }>> = {
  'server/wrong.ts': { code: 'TS2322', source: `export const amountFen: number = '1';\n` },
  'server/enumerated.ts': { code: 'TS1294', source: `export enum Kind {\n  A,\n}\n` },
  'server/unsafe-index.ts': { code: 'TS2322', source: `export const head = (list: string[]): string => list[0];\n` },
  'server/idle.ts': { code: 'TS6133', source: `export function idle(): void {\n  const unused = 1;\n}\n` },
};

const knipPlants: Readonly<Record<string, string>> = {
  // Nobody imports it.
  'server/forgotten.ts': `export const forgotten = 1;\n`,
  // Imported, but one of its exports by nobody; and a package nobody declared.
  'server/greeting.ts': `import leftPad from 'left-pad';\n\nexport function greet(name: string): string {\n  return leftPad(name);\n}\nexport const neverUsed = 1;\n`,
};

function lay(files: Readonly<Record<string, string>>): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'shuke-guards-')));
  for (const name of ['.oxlintrc.json', '.oxfmtrc.json', 'tsconfig.base.json', 'tsconfig.json'])
    copyFileSync(join(repo, name), join(home, name));
  symlinkSync(join(repo, 'node_modules'), join(home, 'node_modules'));
  const knip = JSON.parse(readFileSync(join(repo, 'knip.json'), 'utf8')) as { workspaces: Record<string, unknown> };
  const { server } = knip.workspaces;
  const all = {
    'package.json': `{ "name": "planted", "private": true, "type": "module", "workspaces": ["server"] }\n`,
    'server/package.json': `{ "name": "planted-server", "private": true, "type": "module" }\n`,
    'knip.json': JSON.stringify({ ...knip, workspaces: { server } }),
    '.gitignore': 'node_modules\n',
    ...sound,
    ...files,
  };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(dirname(join(home, file)), { recursive: true });
    writeFileSync(join(home, file), text);
  }
  run(home, 'oxfmt', 'package.json', 'server/package.json', 'knip.json');
  return home;
}

function run(home: string, tool: string, ...args: string[]): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(repo, 'node_modules/.bin', tool), ...args], {
    cwd: home,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', PATH: `${join(repo, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` },
  });
  return { code: status, output: stdout + stderr };
}

beforeAll(() => {
  clean = lay({});
  planted = lay({
    ...Object.fromEntries(lintPlants.map(([file, , source]) => [file, source])),
    ...Object.fromEntries(Object.entries(typePlants).map(([file, { source }]) => [file, source])),
    ...knipPlants,
    'server/crooked.ts': `export const   crooked = "1"\n`,
  });
});
afterAll(() => {
  for (const home of [clean, planted]) rmSync(home, { recursive: true, force: true });
});

test.each([
  ['oxfmt', ['--check', '.']],
  ['oxlint', ['--deny-warnings']],
  ['tsc', ['--noEmit', '-p', '.']],
  ['knip', []],
])('%s has nothing to say of sound files', (tool, args) => {
  const { code, output } = run(clean, tool, ...args);
  expect([output, code]).toEqual([expect.any(String), 0]);
});

describe('planted faults', () => {
  test('oxfmt names the crooked file', () => {
    const { code, output } = run(planted, 'oxfmt', '--check', '.');
    expect(code).not.toBe(0);
    expect(output).toContain('server/crooked.ts');
    expect(output).not.toContain('server/main.ts');
  });

  test('oxlint names each, by its rule', () => {
    const { code, output } = run(planted, 'oxlint', '--deny-warnings', '--format', 'json');
    const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] };
    const found = new Set(diagnostics.map((one) => `${one.filename} ${one.code}`));
    expect(code).not.toBe(0);
    expect(lintPlants.map(([file, rule]) => `${file} ${rule}`).filter((one) => !found.has(one))).toEqual([]);
    expect(diagnostics.filter(({ filename }) => filename === 'server/main.ts')).toEqual([]);
  });

  test('tsc names each, by its code', () => {
    const { code, output } = run(planted, 'tsc', '--noEmit', '-p', '.');
    expect(code).not.toBe(0);
    const missing = Object.entries(typePlants).filter(
      ([file, fault]) => !new RegExp(`${file.replaceAll('.', '\\.')}.*${fault.code}`).test(output),
    );
    expect(missing).toEqual([]);
    expect(output).not.toMatch(/server\/main\.ts/);
  });

  test('knip names the unused file, the unused export and the undeclared package', () => {
    const { code, output } = run(planted, 'knip', '--reporter', 'json');
    const { issues } = JSON.parse(output.slice(output.indexOf('{'))) as {
      issues: { file: string; files?: unknown[]; exports?: { name: string }[]; unlisted?: { name: string }[] }[];
    };
    expect(code).not.toBe(0);
    const greeting = issues.filter(({ file }) => file === 'server/greeting.ts');
    expect(greeting.flatMap(({ exports = [] }) => exports.map(({ name }) => name))).toEqual(['neverUsed']);
    expect(greeting.flatMap(({ unlisted = [] }) => unlisted.map(({ name }) => name))).toEqual(['left-pad']);
    expect(JSON.stringify(issues)).toContain('server/forgotten.ts');
  });
});
