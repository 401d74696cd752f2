import { listRefunds } from '@shuke/server/contracts/mall';
import i18next from 'i18next';

import { call } from '../../lib/api.ts';
import type { Notice } from '../../lib/feature.ts';

const most = 100;

/** Refund requests that wait for a decision. */
export async function refundNotices(signal: AbortSignal): Promise<Notice[]> {
  const { items } = await call(listRefunds, { query: { state: 'requested', limit: most } }, { signal });
  return [
    {
      id: 'mall-refunds',
      text: i18next.t('shop:notices.refunds'),
      count: items.length,
      path: '/refunds?state=requested',
      tone: 'task',
    },
  ];
}
