import { registerCustomerFacts } from '#customers';
import { defineModule } from '#platform/module';

import { recomputeAll } from './refresh-members.ts';
import { routes } from './routes.ts';
import { subscriptions } from './subscriptions.ts';

export { segmentKind } from './condition.ts';
export { matchingCustomers, publishSegment, segmentMembers } from './segment.ts';
export { recomputeSegment } from './refresh-members.ts';
export { segmentSize } from './segment-size.ts';

registerCustomerFacts({
  table: 'segments.event_days',
  tenant: 'tenant_id',
  origin: 'origin_customer_id',
  current: 'customer_id',
});

export const segments = defineModule({
  name: 'segments',
  dependsOn: ['customers', 'orders', 'tags'],
  permissions: ['segments.read', 'segments.write'],
  routes,
  // Windows move at midnight without any event, so everything is looked at again; it also heals whatever went wrong.
  jobs: [{ name: 'segments.recompute', cron: '*/10 * * * *', handle: (ctx) => recomputeAll(ctx) }],
  subscriptions,
});
