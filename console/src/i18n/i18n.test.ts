import { globSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';

import { describe, expect, test } from 'vitest';

const source = resolve(import.meta.dirname, '..');
type Texts = { readonly [key: string]: string | Texts };

function readTexts(language: string): Map<string, Texts> {
  const files = globSync(`${language}/*.json`, { cwd: import.meta.dirname });
  return new Map(
    files.map((file) => [
      basename(file, '.json'),
      JSON.parse(readFileSync(resolve(import.meta.dirname, file), 'utf8')) as Texts,
    ]),
  );
}

function flatten(texts: Texts, prefix = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${prefix}${key}`, value] as [string, string]] : flatten(value, `${prefix}${key}.`),
  );
}

const chinese = readTexts('zh-CN');
const english = readTexts('en');
const withoutPlural = (key: string) => key.replace(/_(one|other)$/, '');
const keysOf = (entries: [string, string][]) => [...new Set(entries.map(([key]) => withoutPlural(key)))].toSorted();
const gaps = (text: string) =>
  [...text.matchAll(/\{\{\s*([a-zA-Z]+)/g)]
    .map(([, name]) => name ?? '')
    .toSorted((one, other) => one.localeCompare(other));

test('both languages have the same files', () => {
  expect([...english.keys()].toSorted()).toEqual([...chinese.keys()].toSorted());
});

describe.each([...chinese.keys()])('%s', (namespace) => {
  const zh = flatten(chinese.get(namespace) ?? {});
  const en = flatten(english.get(namespace) ?? {});

  test('has the same keys in both languages', () => {
    expect(keysOf(en)).toEqual(keysOf(zh));
  });
  test('has no empty text, and English is English', () => {
    const allowed = new Set(['languages.zh-CN', 'product.name']);
    expect([...zh, ...en].filter(([, text]) => text.trim() === '')).toEqual([]);
    expect(en.filter(([key, text]) => /\p{Script=Han}/u.test(text) && !allowed.has(key))).toEqual([]);
  });
  test('fills the same gaps in both languages', () => {
    const english = new Map(en.map(([key, text]) => [withoutPlural(key), gaps(text)]));
    for (const [key, text] of zh) expect([key, english.get(withoutPlural(key))]).toEqual([key, gaps(text)]);
  });
});

const files = globSync('**/*.{ts,tsx}', { cwd: source }).filter((file) => !file.includes('.test.'));

describe.each(files)('%s', (file) => {
  const code = withoutComments(readFileSync(resolve(source, file), 'utf8'));

  test('has no Chinese text outside the language files', () => {
    expect(code.match(/\p{Script=Han}+/gu) ?? []).toEqual([]);
  });
  test('has no English words between tags or in labels', () => {
    const words = !file.endsWith('.tsx')
      ? []
      : [...code.matchAll(/(?:=>|\))?>\s*([A-Z][a-z]+(?: [a-z]+)+)[^<>{}()=;]*</g)].map(([, text]) => text);
    const labels = [...code.matchAll(/\b(?:aria-label|title|placeholder|label|alt)="([^"]*[a-z][^"]*)"/g)].map(
      ([, text]) => text,
    );
    expect([...words, ...labels.filter((text) => !/^https?:/.test(text ?? ''))]).toEqual([]);
  });
  test('asks only for translations that exist', () => {
    expect(missingKeys(code, file)).toEqual([]);
  });
});

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '');
}

/** Keys of `t('…')` calls and of `label: 'namespace:…'` that no language file has; a template's fixed beginning must exist. */
function missingKeys(code: string, file: string): string[] {
  const namespaces = [...code.matchAll(/useTranslation\(\s*'([a-z-]+)'/g)].map(([, name]) => name ?? '');
  // A helper of a feature that is handed `t` speaks the feature's own language file.
  const own = /^features\/([a-z-]+)\//.exec(file)?.[1];
  if (own !== undefined) namespaces.push(own);
  const known = new Set<string>();
  for (const [namespace, texts] of chinese) {
    for (const [key] of flatten(texts)) {
      known.add(`${namespace}:${withoutPlural(key)}`);
      const [shared = '', ...rest] = key.split('.');
      if (shared === 'errors' || shared === 'objects') known.add(`${shared}:${rest.join('.')}`);
    }
  }
  const exists = (key: string, isPrefix: boolean) => {
    const candidates = key.includes(':') ? [key] : [...namespaces, 'common'].map((namespace) => `${namespace}:${key}`);
    return candidates.some((candidate) =>
      isPrefix ? [...known].some((one) => one.startsWith(candidate)) : known.has(candidate),
    );
  };
  const literal = [...code.matchAll(/\bt\(\s*'([^']+)'/g)].map(([, key]) => key ?? '');
  const chosen = [...code.matchAll(/\bt\(\s*[^'"`()]+\?\s*'([^']+)'\s*:\s*'([^']+)'/g)].flatMap(([, one, other]) => [
    one ?? '',
    other ?? '',
  ]);
  const labels = [...code.matchAll(/'([a-z-]+:[a-zA-Z][\w.-]+)'/g)]
    .map(([, key]) => key ?? '')
    .filter((key) => !key.startsWith('node:'));
  const templates = [...code.matchAll(/\bt\(\s*`([^`$]+)\$\{/g)].map(([, key]) => key ?? '');
  return [
    ...[...literal, ...chosen, ...labels].filter((key) => !exists(key, false)),
    ...templates.filter((key) => key !== 'errors:' && !exists(key, true)),
  ];
}
