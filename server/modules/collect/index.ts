import { defineModule } from '#platform/module';

import { countEvents } from './count-events.ts';
import { jobs } from './jobs.ts';
import { routes } from './routes.ts';

export { isFactName, standardEvent, standardEvents } from './catalogue.ts';
export type { StandardEvent } from './catalogue.ts';
export { countEventsBySource } from './count-sources.ts';
export { createSource, listSources, rotateWriteKey } from './manage-sources.ts';
export type { Source, SourceAndKey } from './manage-sources.ts';

export const collect = defineModule({
  name: 'collect',
  dependsOn: [],
  permissions: ['collect.read', 'collect.write'],
  routes,
  jobs,
  subscriptions: [countEvents],
});
