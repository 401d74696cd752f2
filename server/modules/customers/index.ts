export { contactPoints } from './contact-points.ts';
export { registerCustomerFacts } from './customer-facts.ts';
export type { CustomerFacts } from './customer-facts.ts';
export { customerSummaries } from './customer-summaries.ts';
export type { CustomerSummary } from './customer-summaries.ts';
export { customersToday } from './customers-today.ts';
export type { CustomerRef } from './customers-today.ts';
export type { Evidence, IdentityContext, Resolution } from './evidence.ts';
export { identify } from './identify.ts';
export { normaliseIdentifier } from './normalise-identifier.ts';

import { defineModule } from '#platform/module';

export const customers = defineModule({
  name: 'customers',
  dependsOn: [],
  permissions: ['customers.read', 'customers.write', 'customers.reveal', 'customers.merge'],
});
