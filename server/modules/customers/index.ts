export { requireCustomer } from './require-customer.ts';
export { consentingTo, consentsOf, recordConsents } from './consents.ts';
export type { Consent, ConsentGiven } from './consents.ts';
export { contactPoints } from './contact-points.ts';
export { registerCustomerFacts } from './customer-facts.ts';
export type { CustomerFacts } from './customer-facts.ts';
export { eraseAgain, eraseCustomer } from './erase-customer.ts';
export { registerPersonalFacts } from './personal-facts.ts';
export type { Hindrance, PersonalFacts } from './personal-facts.ts';
export { customerSummaries } from './customer-summaries.ts';
export type { CustomerSummary } from './customer-summaries.ts';
export { customersToday } from './customers-today.ts';
export type { CustomerRef } from './customers-today.ts';
export type { Evidence, IdentityContext, Resolution } from './evidence.ts';
export { greetingNames } from './greeting-names.ts';
export { identify } from './identify.ts';
export { normaliseIdentifier } from './normalise-identifier.ts';
export { restartIdentity } from './restart-identity.ts';

import { defineModule } from '#platform/module';

import { registerCustomerFacts } from './customer-facts.ts';
import { jobs } from './jobs.ts';
import { routes } from './routes.ts';
import { subscriptions } from './subscriptions.ts';

for (const [table, origin] of [
  ['customers.traits', 'identifier_id'],
  ['customers.order_totals', 'origin_customer_id'],
  ['customers.consents', 'origin_customer_id'],
] as const) {
  registerCustomerFacts({ table, tenant: 'tenant_id', origin, current: 'customer_id' });
}

export const customers = defineModule({
  name: 'customers',
  dependsOn: [],
  permissions: ['customers.read', 'customers.write', 'customers.reveal', 'customers.merge', 'customers.erase'],
  routes,
  jobs,
  subscriptions,
});
