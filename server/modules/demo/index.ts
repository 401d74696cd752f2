import { defineModule } from '#platform/module';

import { jobs } from './jobs.ts';
import { routes } from './routes.ts';

export { demoSourceIds } from './demo-sources.ts';
export type { DemoChannel } from './demo-sources.ts';
export { OwnDataPresent } from './errors.ts';
export { findOwnData, isNone } from './find-own-data.ts';
export { removeDemo } from './remove-demo.ts';
export { beginSeeding, findSeeding, finishSeeding, keepMarks } from './seeding.ts';
export type { Seeding } from './seeding.ts';
export { truthFile } from './truth-file.ts';

export const demo = defineModule({
  name: 'demo',
  dependsOn: ['org', 'collect', 'customers', 'orders'],
  permissions: [],
  routes,
  jobs,
});
