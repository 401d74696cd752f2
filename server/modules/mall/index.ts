import { registerCustomerFacts, registerPersonalFacts } from '#customers';
import { defineModule } from '#platform/module';

import { erasePerson, erasureHindrance } from './erase-person.ts';
import { jobs } from './jobs.ts';
import { routes } from './routes.ts';

export { buyInSandbox } from './buy-in-sandbox.ts';
export type { SandboxStage } from './buy-in-sandbox.ts';
export { cancelOverdue } from './cancel-order.ts';
export { shipOrder } from './deliver-order.ts';
export { promotionKind } from './promotion.ts';
export { defaultSettings, readSettings, saveSettings } from './settings.ts';
export { sendSignInCodesBy } from './sign-in-codes.ts';
export type { SendSignInCode, SignInCode } from './sign-in-codes.ts';

for (const table of ['visitors', 'carts', 'addresses', 'orders', 'refunds']) {
  registerCustomerFacts({
    table: `mall.${table}`,
    tenant: 'tenant_id',
    origin: 'origin_customer_id',
    current: 'customer_id',
  });
}

registerPersonalFacts({ name: 'mall', hindrance: erasureHindrance, erase: erasePerson });

export const mall = defineModule({
  name: 'mall',
  dependsOn: ['org', 'customers', 'catalog', 'orders', 'coupons', 'loyalty'],
  permissions: ['mall.read', 'mall.write'],
  routes,
  jobs,
});
