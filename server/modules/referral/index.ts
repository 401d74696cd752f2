import { registerCustomerFacts } from '#customers';
import { defineModule } from '#platform/module';

import { attributeOrders } from './attribute-orders.ts';
import { routes } from './routes.ts';

export { referralFigures, referralPeople } from './figures.ts';
export { createShare, recordVisit } from './share.ts';
export { readTraceCode } from './trace-code.ts';

registerCustomerFacts({
  table: 'referral.traces',
  tenant: 'tenant_id',
  origin: 'sharer_origin_customer_id',
  current: 'sharer_customer_id',
});
registerCustomerFacts({
  table: 'referral.visits',
  tenant: 'tenant_id',
  origin: 'origin_customer_id',
  current: 'customer_id',
});
registerCustomerFacts({
  table: 'referral.attributions',
  tenant: 'tenant_id',
  origin: 'sharer_origin_customer_id',
  current: 'sharer_customer_id',
});
registerCustomerFacts({
  table: 'referral.attributions',
  tenant: 'tenant_id',
  origin: 'buyer_origin_customer_id',
  current: 'buyer_customer_id',
});

export const referral = defineModule({
  name: 'referral',
  dependsOn: ['org', 'customers', 'catalog', 'orders', 'coupons', 'mall'],
  permissions: ['referral.read', 'referral.write'],
  routes,
  subscriptions: [{ name: 'referral.attribute-orders', events: ['Order Paid'], handle: attributeOrders }],
});
