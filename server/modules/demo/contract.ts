import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

const at = z.date();

export const OwnDataView = z.object({ orders: z.int(), events: z.int(), customers: z.int() });

export const DemoView = z.object({
  customers: z.int(),
  months: z.int(),
  filledAt: at.nullable(),
  /** Set while the data is being removed; what is being done then: `log` or a table. */
  removalRequestedAt: at.nullable(),
  removalStep: z.string(),
  /** Code of the error that ended the last attempt. */
  removalError: z.string().nullable(),
  /** What would go with the demo although it is not part of it. */
  own: OwnDataView,
});

export const readDemo = endpoint({
  method: 'GET',
  path: '/api/demo',
  summary: 'Whether this company holds made-up data, and what of its own would go with it.',
  response: z.object({ demo: DemoView.nullable() }),
});

export const removeDemoData = endpoint({
  method: 'POST',
  path: '/api/demo/removal',
  summary:
    'Removes all demo data in the background: customers, orders, goods, marketing, value and events; company, administrators and audit stay. Asks for a recent sign-in; audited.',
  body: z.object({ withOwnData: z.boolean().default(false) }),
  response: z.object({}),
});
