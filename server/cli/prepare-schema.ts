import { installJobQueue } from '#platform/job-queue';
import { migrate } from '#platform/migrate';

import { moduleNames } from '../module-names.ts';

/** Brings the database schema of all modules and of the job queue up to date; returns the migrations applied. */
export async function prepareSchema(ownerUrl: string): Promise<string[]> {
  const { applied } = await migrate(ownerUrl, moduleNames);
  await installJobQueue(ownerUrl);
  return applied;
}
