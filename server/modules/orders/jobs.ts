import * as z from 'zod';

import type { JobDefinition } from '#platform/jobs';

import { applyCleaning } from './apply-cleaning.ts';
import { compareRecentOrders } from './compare-recent.ts';
import { runImport } from './run-import.ts';
import { reviveImports } from './start-import.ts';
import { markImport } from './undo-import.ts';

const OfTenant = z.object({ tenantId: z.int() });
const OfImport = z.object({ tenantId: z.int(), importId: z.uuid() });

export const jobs: readonly JobDefinition[] = [
  { name: 'orders.import-file', maxAttempts: 5, handle: (job, payload) => runImport(job, OfImport.parse(payload)) },
  { name: 'orders.revive-imports', cron: '* * * * *', handle: (job) => reviveImports(job) },
  {
    name: 'orders.apply-cleaning',
    async handle(job, payload) {
      await applyCleaning(job, OfTenant.parse(payload).tenantId);
    },
  },
  {
    name: 'orders.mark-import',
    async handle(job, payload) {
      await markImport(job, OfImport.parse(payload));
    },
  },
  { name: 'orders.compare-recent', cron: '*/5 * * * *', handle: (job) => compareRecentOrders(job) },
];
