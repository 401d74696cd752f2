import { listDeadLetters, readPipeline } from '@shuke/server/contracts/collect';
import i18next from 'i18next';

import { call } from '../../lib/api.ts';
import type { Notice } from '../../lib/feature.ts';

/** Refused events to look at, and a pipeline that has fallen behind. */
export async function collectNotices(signal: AbortSignal): Promise<Notice[]> {
  const [letters, pipeline] = await Promise.all([
    call(listDeadLetters, { query: { status: 'open', limit: 1 } }, { signal }),
    call(readPipeline, {}, { signal }),
  ]);
  return [
    {
      id: 'dead-letters',
      text: i18next.t('collect:notices.deadLetters'),
      count: letters.total,
      path: '/settings/dead-letters?status=open',
      tone: 'task',
    },
    {
      id: 'pipeline',
      text: i18next.t('collect:notices.pipeline'),
      count: pipeline.state === 'ok' ? 0 : 1,
      path: '/settings/pipeline',
      tone: 'alert',
    },
  ];
}
