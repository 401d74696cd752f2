import { listSources } from '@shuke/server/contracts/collect';
import { useTranslation } from 'react-i18next';

import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';

/** Names of sources; below zero stand files without a connector, 0 is the product itself. */
export function useSourceNames(): (sourceId: number) => string {
  const { t } = useTranslation('customers');
  const enabled = useCan('collect.read');
  const sources = useRead(listSources, { query: { limit: 200 } }, { enabled, staleMs: 300_000 });
  const names = new Map(sources.data?.items.map(({ sourceId, name }) => [sourceId, name]));
  return (sourceId) => {
    if (sourceId === 0) return t('attribute.ownSource');
    if (sourceId < 0) return t('attribute.fileSource', { id: -sourceId });
    return names.get(sourceId) ?? t('attribute.sourceNo', { id: sourceId });
  };
}
