import { platform } from '@platform';

import { createStore } from '../lib/store.ts';

export type Language = 'zh-CN' | 'en';
const key = 'shuke.language';

function first(): Language {
  const kept = platform.read(key);
  if (kept === 'zh-CN' || kept === 'en') return kept;
  return /^zh\b/i.test(platform.preferredLanguage()) ? 'zh-CN' : 'en';
}
export const languageStore = createStore<Language>(first());
platform.setLanguage(languageStore.get());

export function language(): Language {
  return languageStore.get();
}

export function setLanguage(next: Language): void {
  platform.write(key, next);
  platform.setLanguage(next);
  languageStore.set(next);
}
