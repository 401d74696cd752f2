import * as z from 'zod';

import { registerCustomerFacts, registerPersonalFacts } from '#customers';
import { everyStore } from '#platform/context';
import { enqueue } from '#platform/job-queue';
import type { JobContext } from '#platform/jobs';
import { defineModule } from '#platform/module';

import { deliverWaiting } from './deliver.ts';
import { erasePerson } from './erase-person.ts';
import { routes } from './routes.ts';

export { messagingFigures, reachedPeople } from './figures.ts';
export { journeySends } from './journey-sends.ts';
export { listInbox, openMessage } from './inbox.ts';
export { sendMessages } from './send-messages.ts';
export type { SendContext, SendOutcome, SendRequest } from './send-messages.ts';
export { createTemplate, findTemplates } from './template.ts';
export { fillIn, variablesIn } from './variables.ts';

registerCustomerFacts({
  table: 'messaging.sends',
  tenant: 'tenant_id',
  origin: 'origin_customer_id',
  current: 'customer_id',
});
registerCustomerFacts({
  table: 'messaging.contacts',
  tenant: 'tenant_id',
  origin: 'origin_customer_id',
  current: 'customer_id',
});

const Payload = z.object({ tenantId: z.int() });

/** A message whose job got lost, or whose quiet hours end, is found here at the latest. */
async function wakeWaiting({ database }: Pick<JobContext, 'database'>): Promise<void> {
  await database.work({ tenantId: null, scope: everyStore }, async (tx) => {
    const tenants = await tx.query<{ tenant_id: number }>(
      `select distinct tenant_id from messaging.sends where state in ('reserved', 'sending') and (not_before is null or not_before <= now())`,
    );
    for (const { tenant_id: tenantId } of tenants)
      await enqueue({ tx }, 'messaging.deliver', { tenantId }, { key: `messaging:${tenantId}:now` });
  });
}

registerPersonalFacts({ name: 'messaging', erase: erasePerson });

export const messaging = defineModule({
  name: 'messaging',
  dependsOn: ['org', 'customers'],
  permissions: ['messaging.read', 'messaging.write'],
  routes,
  jobs: [
    {
      name: 'messaging.deliver',
      async handle(ctx, payload) {
        await deliverWaiting(ctx, Payload.parse(payload).tenantId);
      },
    },
    { name: 'messaging.wake-waiting', cron: '* * * * *', handle: wakeWaiting },
  ],
});
