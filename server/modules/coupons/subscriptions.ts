import type { Subscription } from '#platform/log/event';

import { enforceLimits } from './enforce-limits.ts';

/** Merges and splits of customers: the limit per customer holds for the person. */
export const subscriptions: readonly Subscription[] = [
  {
    name: 'coupons.enforce-limits',
    events: ['Customer Merged', 'Customer Split'],
    async handle({ tx, now }, events) {
      for (const [tenantId, changes] of Map.groupBy(events, (event) => event.tenantId)) {
        const people = changes.flatMap(({ properties, resolvedCustomerId }) =>
          [properties['from_customer_id'], properties['to_customer_id'], resolvedCustomerId].filter(
            (id) => typeof id === 'number',
          ),
        );
        await enforceLimits({ tx, tenantId, now, actor: { kind: 'system', name: 'coupons' } }, people);
      }
    },
  },
];
