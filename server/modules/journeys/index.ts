import { registerCustomerFacts } from '#customers';
import { defineModule } from '#platform/module';

import { routes } from './routes.ts';
import { subscriptions } from './subscriptions.ts';

export { runJourneys } from './run-journeys.ts';
export { journeyKind } from './graph.ts';
export { publishJourney } from './journey.ts';

registerCustomerFacts({
  table: 'journeys.runs',
  tenant: 'tenant_id',
  origin: 'origin_customer_id',
  current: 'customer_id',
});

export const journeys = defineModule({
  name: 'journeys',
  dependsOn: ['org', 'customers', 'orders', 'tags', 'segments', 'coupons', 'loyalty', 'messaging'],
  permissions: ['journeys.read', 'journeys.write', 'journeys.publish'],
  routes,
  subscriptions,
});
