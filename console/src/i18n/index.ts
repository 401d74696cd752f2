import type { Locale as AntdLocale } from 'antd/es/locale';
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';

import type { ApiError } from '../lib/api-error.ts';
import type { Locale } from '../lib/format.ts';
import { readStored, writeStored } from '../lib/stored.ts';

/** Everything of one language, in one chunk of its own. */
export interface LanguagePack {
  readonly resources: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly antd: AntdLocale;
}

const packs: Readonly<Record<Locale, () => Promise<{ pack: LanguagePack }>>> = {
  'zh-CN': () => import('./zh-cn.ts'),
  en: () => import('./en.ts'),
};
const loaded = new Map<Locale, LanguagePack>();

/** Chinese first; English only for those who chose it. */
export function startingLocale(): Locale {
  return readStored('locale') === 'en' ? 'en' : 'zh-CN';
}

async function ensurePack(locale: Locale): Promise<LanguagePack> {
  const known = loaded.get(locale);
  if (known) return known;
  const { pack } = await packs[locale]();
  loaded.set(locale, pack);
  for (const [namespace, texts] of Object.entries(pack.resources)) {
    i18next.addResourceBundle(locale, namespace, texts, true, true);
    // Features keep the words for their own error codes and kinds of objects; looked up in one place.
    for (const shared of ['errors', 'objects']) {
      const own = texts[shared];
      if (typeof own === 'object' && own !== null) i18next.addResourceBundle(locale, shared, own, true, true);
    }
  }
  return pack;
}

/** Prepares translations for the first page; resolves when every text of the language is there. */
export async function startI18n(locale: Locale = startingLocale()): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: locale,
    resources: {},
    defaultNS: 'common',
    fallbackNS: 'common',
    fallbackLng: false,
    partialBundledLanguages: true,
    returnNull: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await ensurePack(locale);
  await i18next.changeLanguage(locale);
}

/** Switches the language everywhere and remembers it. */
export async function changeLocale(locale: Locale): Promise<void> {
  await ensurePack(locale);
  writeStored('locale', locale);
  await i18next.changeLanguage(locale);
}

/** The language on screen. */
export function useLocale(): Locale {
  const { i18n } = useTranslation();
  return i18n.language === 'en' ? 'en' : 'zh-CN';
}

/** Ant Design's own texts in the language on screen. */
export function antdLocale(locale: Locale): AntdLocale | undefined {
  return loaded.get(locale)?.antd;
}

/** What went wrong, in the reader's language; the server's own sentence when the code has no translation yet. */
export function errorText(error: unknown): string {
  if (!isApiError(error)) return i18next.t('errors:internal');
  const key = `errors:${error.code}`;
  if (!i18next.exists(key)) return error.message;
  return i18next.t(key, { ...error.details, context: error.details['why'], defaultValue: error.message });
}

function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && error.name === 'ApiError';
}
