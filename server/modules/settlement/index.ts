import { registerCustomerFacts } from '#customers';
import { defineModule } from '#platform/module';

import { closeLastMonth } from './close-statements.ts';
import { confirmAll } from './confirm-commission.ts';
import { routes } from './routes.ts';
import { settleOrders } from './settle-orders.ts';

export { answerStatement } from './answer-statement.ts';
export { closeStatements } from './close-statements.ts';
export { confirmCommission } from './confirm-commission.ts';
export { commissionFigures, commissionPeople } from './figures.ts';
export { settlementPlanKind } from './plan.ts';

for (const table of ['settlement.entries', 'settlement.periods', 'settlement.lines', 'settlement.statements']) {
  registerCustomerFacts({
    table,
    tenant: 'tenant_id',
    origin: 'partner_origin_customer_id',
    current: 'partner_customer_id',
  });
}
registerCustomerFacts({
  table: 'settlement.entries',
  tenant: 'tenant_id',
  origin: 'buyer_origin_customer_id',
  current: 'buyer_customer_id',
});

export const settlement = defineModule({
  name: 'settlement',
  dependsOn: ['org', 'customers', 'ledger', 'catalog', 'orders', 'referral'],
  permissions: ['settlement.read', 'settlement.write', 'settlement.approve'],
  routes,
  subscriptions: [settleOrders],
  jobs: [
    { name: 'settlement.confirm', cron: '* * * * *', handle: confirmAll },
    // 01:00 in Shanghai on the second: last month's late events are in.
    { name: 'settlement.close-month', cron: '0 17 1 * *', handle: closeLastMonth },
  ],
});
