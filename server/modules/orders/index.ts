export * from './errors.ts';
export type * from './new-order.ts';
export { recordOrders } from './record-orders.ts';

import { registerCustomerFacts } from '#customers';
import { defineModule } from '#platform/module';

registerCustomerFacts({
  table: 'orders.orders',
  tenant: 'tenant_id',
  origin: 'origin_customer_id',
  current: 'customer_id',
});

export const orders = defineModule({
  name: 'orders',
  dependsOn: ['customers', 'catalog'],
  permissions: ['orders.read', 'orders.write', 'collect.import'],
});
