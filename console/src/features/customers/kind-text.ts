import { useTranslation } from 'react-i18next';

/** Kinds of identifiers in words, with the shop, app or brand they belong to. */
export function useKindText(): (kind: string, scope: string) => string {
  const { t } = useTranslation();
  return (kind, scope) => {
    const name = t(`identifierKinds.${kind}`, { defaultValue: kind });
    return scope === '' ? name : `${name} · ${scope}`;
  };
}
