import { listErasures } from '#platform/erasures';
import type { JobDefinition } from '#platform/jobs';

import { measureQuality } from './read-quality.ts';
import { settleFacts } from './settle-facts.ts';

export const jobs: readonly JobDefinition[] = [
  { name: 'customers.settle-facts', cron: '* * * * *', handle: settleFacts },
  { name: 'customers.measure-quality', cron: '20 18 * * *', handle: measureQuality },
  listErasures,
];
