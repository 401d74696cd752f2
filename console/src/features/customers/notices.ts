import { listConflicts } from '@shuke/server/contracts/customers';
import i18next from 'i18next';

import { call } from '../../lib/api.ts';
import type { Notice } from '../../lib/feature.ts';

/** Evidence about who is who that waits for a person. */
export async function conflictNotices(signal: AbortSignal): Promise<Notice[]> {
  const { open } = await call(listConflicts, { query: { limit: 1 } }, { signal });
  return [
    {
      id: 'customer-conflicts',
      text: i18next.t('customers:notices.conflicts'),
      count: open,
      path: '/customer-conflicts',
      tone: 'task',
    },
  ];
}
