import { listAttributes } from '@shuke/server/contracts/customers';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { useRead } from '../../lib/query.ts';

export type Attribute = Reply<typeof listAttributes>['items'][number];

/** The dimensions of the profile by name, and their names in words. */
export function useAttributes(): { byName: ReadonlyMap<string, Attribute>; nameOf: (name: string) => string } {
  const { t } = useTranslation('customers');
  const answer = useRead(listAttributes, {}, { staleMs: 300_000 });
  const byName = new Map((answer.data?.items ?? []).map((attribute) => [attribute.name, attribute]));
  return { byName, nameOf: (name) => byName.get(name)?.label ?? t(`attributes.${name}`, { defaultValue: name }) };
}
