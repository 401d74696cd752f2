import { useStore } from '../lib/store.ts';
import { en } from './en.ts';
import { fill } from './fill.ts';
import { language, languageStore } from './language.ts';
import { zhCn } from './zh-cn.ts';

export type TextKey = keyof typeof zhCn;
type Values = Readonly<Record<string, string | number>>;
const dictionaries: Readonly<Record<'zh-CN' | 'en', Readonly<Record<TextKey, string>>>> = { 'zh-CN': zhCn, en };

/** The sentence in the visitor's language. Inside components use `useT`, which follows a change of language. */
export function t(key: TextKey, values?: Values): string {
  return fill(dictionaries[language()][key], values);
}

export function useT(): typeof t {
  useStore(languageStore);
  return t;
}

export function isTextKey(key: string): key is TextKey {
  return Object.prototype.hasOwnProperty.call(zhCn, key);
}
