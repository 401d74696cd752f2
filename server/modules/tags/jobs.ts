import * as z from 'zod';

import type { JobDefinition } from '#platform/jobs';

import { computeRfmRun, requestDailyRuns } from './recompute-rfm.ts';

const RunPayload = z.object({ tenantId: z.int(), runId: z.uuid() });

export const jobs: readonly JobDefinition[] = [
  {
    name: 'tags.recompute-rfm',
    maxAttempts: 5,
    async handle(ctx, payload) {
      const { tenantId, runId } = RunPayload.parse(payload);
      await computeRfmRun(ctx, tenantId, runId);
    },
  },
  // 03:30 in Shanghai, when shops sleep and yesterday's orders are in.
  { name: 'tags.request-daily-rfm', cron: '30 19 * * *', handle: (ctx) => requestDailyRuns(ctx) },
];
