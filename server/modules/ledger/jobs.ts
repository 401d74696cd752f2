import type { JobDefinition } from '#platform/jobs';

import { expireAllHolds } from './holds.ts';

/** Gives back what holds reserved beyond their time. */
export const expireOverdueHolds: JobDefinition = {
  name: 'ledger.expire-holds',
  cron: '* * * * *',
  handle: ({ database, signal }) => expireAllHolds(database, signal),
};
