import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

const Period = z.object({
  /** First and last day in the brand's zone, both inclusive. */
  fromOn: z.iso.date(),
  untilOn: z.iso.date(),
});

/** A figure of the period and of the equally long period before it. */
const Compared = z.object({ value: z.number(), before: z.number() });

export const CockpitFigure = z.enum([
  'gmv',
  'orders',
  'buyers',
  'new_buyers',
  'returning_buyers',
  'repurchase_rate',
  'average_order',
  'refunds',
  'reached',
  'opened',
  'coupons_issued',
  'coupons_used',
  'sharers',
  'visitors',
  'shared_orders',
  'shared_amount',
  'commission',
  'came_back',
]);
export type CockpitFigure = z.output<typeof CockpitFigure>;

export const getCockpit = endpoint({
  method: 'GET',
  path: '/api/insights/cockpit',
  summary:
    'The figures of the closed loop in a period, beside the period before: shared, came, bought, earned, came back.',
  query: Period.extend({
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
  }),
  response: z.object({
    currency: z.string(),
    currencies: z.array(z.string()),
    /** The last day anything was bought in this currency; null when nothing ever was. */
    newestOn: z.iso.date().nullable(),
    fromOn: z.iso.date(),
    untilOn: z.iso.date(),
    beforeFromOn: z.iso.date(),
    beforeUntilOn: z.iso.date(),
    figures: z.partialRecord(CockpitFigure, Compared),
    daily: z.array(z.object({ on: z.iso.date(), amountMinor: z.int(), orders: z.int(), newBuyers: z.int() })),
    channels: z.array(z.object({ channel: z.string(), amountMinor: z.int(), orders: z.int(), buyers: z.int() })),
    products: z.array(z.object({ skuCode: z.string(), title: z.string(), quantity: z.int(), amountMinor: z.int() })),
  }),
});

export const listCockpitPeople = endpoint({
  method: 'GET',
  path: '/api/insights/cockpit/people',
  summary: 'The people behind a figure of the cockpit, those who weigh most first.',
  query: Period.extend({
    figure: CockpitFigure,
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({
    items: z.array(z.object({ customerId: z.int(), displayName: z.string(), count: z.int(), amountMinor: z.int() })),
  }),
});
