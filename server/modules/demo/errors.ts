import { defineError } from '#platform/errors';

import type { OwnData } from './find-own-data.ts';

export const NoDemoData = defineError('no_demo_data', 404, () => 'There is no demo data here.');

/** Removing would take more than the demo. */
export const OwnDataPresent = defineError(
  'own_data_present',
  409,
  ({ orders, events, customers }: OwnData) =>
    `Beside the demo there are ${orders} orders, ${events} events and ${customers} customers of your own; they would be removed too. Say so explicitly if that is what you want.`,
  (own) => ({ ...own }),
);

export const RemovalRunning = defineError('removal_running', 409, () => 'The demo data is being removed already.');

export const LogNotRead = defineError(
  'log_not_read',
  503,
  () => 'The pipeline has not caught up with the log, so nothing was removed. Look at the pipeline and try again.',
);
