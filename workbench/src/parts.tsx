import { useTranslation } from 'react-i18next';

import { ApiError } from './api.ts';

/** The sentence of a refusal in the reader's language. */
export function useErrorText(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    const code = error instanceof ApiError ? error.code : 'unknown';
    return i18n.exists(`errors.${code}`)
      ? t(`errors.${code}`)
      : error instanceof ApiError && error.message !== ''
        ? error.message
        : t('errors.unknown');
  };
}

/** Loading, refused, or there. */
export function Await({
  query,
  children,
}: {
  query: { isPending: boolean; error: unknown; refetch: () => unknown };
  children: () => React.ReactNode;
}) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  if (query.isPending) {
    return (
      <div className="skeletons" role="status" aria-label={t('app.loading')}>
        <i />
        <i />
        <i />
      </div>
    );
  }
  if (query.error) {
    return (
      <div className="notice" role="alert">
        <p>{errorText(query.error)}</p>
        <button type="button" className="quiet" onClick={() => void query.refetch()}>
          {t('app.retry')}
        </button>
      </div>
    );
  }
  return children();
}

const yuan = new Map<string, Intl.NumberFormat>();

/** Money in its currency, in the reader's language. */
export function money(minor: number, currency: string, locale: string): string {
  const key = `${locale}:${currency}`;
  let format = yuan.get(key);
  if (!format)
    yuan.set(
      key,
      (format = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })),
    );
  return format.format(minor / 100);
}

export function day(instant: string, locale: string): string {
  return new Date(instant).toLocaleDateString(locale, { year: 'numeric', month: 'short', day: 'numeric' });
}
