import type { JobDefinition } from '#platform/jobs';

import { settleFacts } from './settle-facts.ts';

export const jobs: readonly JobDefinition[] = [
  { name: 'customers.settle-facts', cron: '* * * * *', handle: settleFacts },
];
