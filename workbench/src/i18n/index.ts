import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

import en from './en.json';
import zh from './zh-CN.json';

const stored = localStorage.getItem('shuke.locale');

void i18next.use(initReactI18next).init({
  resources: { 'zh-CN': { translation: zh }, en: { translation: en } },
  lng: stored === 'en' ? 'en' : 'zh-CN',
  fallbackLng: 'zh-CN',
  interpolation: { escapeValue: false },
});

/** Switches between the two languages and remembers it. */
export function switchLanguage(): void {
  const next = i18next.language === 'en' ? 'zh-CN' : 'en';
  localStorage.setItem('shuke.locale', next);
  document.documentElement.lang = next;
  void i18next.changeLanguage(next);
}
