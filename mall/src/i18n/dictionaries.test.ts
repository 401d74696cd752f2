import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { en } from './en.ts';
import { fill } from './fill.ts';
import { zhCn } from './zh-cn.ts';

const names = (sentence: string): string[] =>
  [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).toSorted();
const source = join(import.meta.dirname, '..');
const sources = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.ts$|i18n/.test(file))
  .map((file) => readFileSync(join(source, file), 'utf8'))
  .join('\n');

describe('the languages of the shop', () => {
  it('have the same keys, none of them empty', () => {
    expect(Object.keys(en).toSorted()).toEqual(Object.keys(zhCn).toSorted());
    for (const sentence of [...Object.values(zhCn), ...Object.values(en)]) expect(sentence.trim()).not.toBe('');
  });
  it('fill the same values into each sentence', () => {
    const keys = Object.keys(zhCn) as (keyof typeof zhCn)[];
    expect(keys.filter((key) => names(en[key]).join() !== names(zhCn[key]).join())).toEqual([]);
  });
  it('hold no sentence in English that still has Chinese characters', () => {
    expect(Object.values(en).filter((sentence) => /[\u4e00-\u9fff]/.test(sentence))).toEqual([]);
  });
  it('hold no sentence that no page says', () => {
    const said = (key: string): boolean =>
      sources.includes(`'${key}'`) ||
      // Keys made of a family and a value: `order.${state}`.
      [...key.matchAll(/\./g)].some(({ index }) => sources.includes(`\`${key.slice(0, index + 1)}\${`)) ||
      /^(error|order\.\w+Body|privacy|points)/.test(key);
    expect(Object.keys(zhCn).filter((key) => !said(key))).toEqual([]);
  });
  it('leave a name without a value visible', () => {
    expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}');
  });
});
