import type { ApiError } from '../api/client.ts';
import { isTextKey, t } from './t.ts';

/** What a person is told about a refusal: our sentence for its code, else the server's own. */
export function sentenceOf(error: ApiError): string {
  const key = `error.${error.code}`;
  if (isTextKey(key)) return t(key, error.details as Record<string, string | number>);
  return error.message || t('error.internal');
}
