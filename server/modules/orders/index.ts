export { countOrdersBySource } from './count-orders.ts';
export * from './errors.ts';
export { explainFailure, groupRejects } from './explain-import.ts';
export { importOrders } from './import-orders.ts';
export type { ImportRequest } from './import-orders.ts';
export type { Import } from './import-store.ts';
export type * from './new-order.ts';
export { lastPurchases } from './last-purchases.ts';
export type { LastPurchase } from './last-purchases.ts';
export { listOrders, orderLines } from './order-views.ts';
export { recordOrders } from './record-orders.ts';
export { requireOrder } from './require-order.ts';

import { registerCustomerFacts, registerPersonalFacts } from '#customers';
import { defineModule } from '#platform/module';

import { erasePerson } from './erase-person.ts';
import { jobs } from './jobs.ts';
import { routes } from './routes.ts';

registerCustomerFacts({
  table: 'orders.orders',
  tenant: 'tenant_id',
  origin: 'origin_customer_id',
  current: 'customer_id',
});

registerPersonalFacts({ name: 'orders', erase: erasePerson });

export const orders = defineModule({
  name: 'orders',
  dependsOn: ['customers', 'catalog'],
  permissions: ['orders.read', 'orders.write', 'collect.import'],
  routes,
  jobs,
});
