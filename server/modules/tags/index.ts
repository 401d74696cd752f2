import { registerCustomerFacts } from '#customers';
import { defineModule } from '#platform/module';

import { jobs } from './jobs.ts';
import { routes } from './routes.ts';

export { computeRfmRun, requestRfmRun } from './recompute-rfm.ts';
export { rfmGroups } from './rfm-model.ts';
export { addTag, createTag, removeTag } from './tag.ts';

registerCustomerFacts({
  table: 'tags.customer_tags',
  tenant: 'tenant_id',
  origin: 'origin_customer_id',
  current: 'customer_id',
});

export const tags = defineModule({
  name: 'tags',
  dependsOn: ['customers', 'orders'],
  permissions: ['tags.read', 'tags.write'],
  routes,
  jobs,
});
