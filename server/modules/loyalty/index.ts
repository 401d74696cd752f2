import { registerCustomerFacts } from '#customers';
import { defineModule } from '#platform/module';

import { routes } from './routes.ts';
import { runDailyRound, runExpiry, runReconciliation, runRelease } from './run-jobs.ts';
import { subscriptions } from './subscriptions.ts';

export { NoPointsProgramme, PointsNotUsable } from './errors.ts';
export { grantPoints } from './grant-points.ts';
export type { PointsGrant } from './grant-points.ts';
export { grantTier } from './grant-tier.ts';
export { readStanding, spendablePoints, tierNamesOf, tiersOf } from './members.ts';
export type { Standing } from './members.ts';
export { programmeKind, starterProgramme } from './programme.ts';
export { holdPoints, postPoints, quotePoints, releasePoints, returnPoints } from './redeem-points.ts';
export type { PointsQuote, Redemption } from './redeem-points.ts';
export type { LoyaltyContext } from './running.ts';

for (const table of ['ledger.accounts', 'loyalty.order_points']) {
  registerCustomerFacts({ table, tenant: 'tenant_id', origin: 'origin_customer_id', current: 'customer_id' });
}

export const loyalty = defineModule({
  name: 'loyalty',
  dependsOn: ['org', 'ledger', 'customers', 'orders'],
  permissions: ['loyalty.read', 'loyalty.write', 'loyalty.adjust'],
  routes,
  jobs: [
    { name: 'loyalty.release-points', cron: '*/5 * * * *', handle: (ctx) => runRelease(ctx) },
    { name: 'loyalty.expire-points', cron: '7 * * * *', handle: (ctx) => runExpiry(ctx) },
    { name: 'loyalty.reconcile-orders', cron: '*/10 * * * *', handle: (ctx) => runReconciliation(ctx) },
    { name: 'loyalty.daily-round', cron: '30 17 * * *', handle: (ctx) => runDailyRound(ctx) },
  ],
  subscriptions,
});
