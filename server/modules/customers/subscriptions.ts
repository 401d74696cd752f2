import type { Subscription } from '#platform/log/event';

import { followTiers } from './follow-tiers.ts';
import { recordOrderTotals } from './record-order-totals.ts';
import { recordTimeline } from './record-timeline.ts';

export const subscriptions: readonly Subscription[] = [
  { name: 'customers.timeline', events: '*', handle: recordTimeline },
  {
    name: 'customers.order-totals',
    events: ['Order Paid', 'Order Refunded', 'Order Excluded', 'Order Included'],
    handle: recordOrderTotals,
  },
  { name: 'customers.tiers', events: ['Tier Changed'], handle: followTiers },
];
