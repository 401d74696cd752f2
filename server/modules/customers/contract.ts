import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

const CustomerId = z.coerce.number().int().positive();
const customer = z.object({ customerId: CustomerId });

const Summary = z.object({
  customerId: z.int(),
  customerNo: z.int(),
  isKnown: z.boolean(),
  displayName: z.string(),
  phone: z.string().nullable(),
  storeId: z.int().nullable(),
  tierCode: z.string().nullable(),
  firstSeenAt: z.date(),
  lastSeenAt: z.date(),
  ordersCount: z.int(),
  spendMinor: z.int(),
  spendCurrency: z.string(),
  lastOrderAt: z.date().nullable(),
});

export const listCustomers = endpoint({
  method: 'GET',
  path: '/api/customers',
  summary:
    'Customers within the caller’s stores. `search` takes a whole phone number, the last four digits of one, or a customer number.',
  query: z.object({
    search: z.string().trim().max(40).optional(),
    isKnown: z.stringbool().optional(),
    storeId: z.coerce.number().int().positive().optional(),
    sort: z.enum(['last_seen', 'spend', 'orders']).default('last_seen'),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    offset: z.coerce.number().int().min(0).max(100_000).default(0),
  }),
  response: z.object({
    items: z.array(Summary),
    figures: z.object({ customers: z.int(), known: z.int(), buyers: z.int(), newIn30Days: z.int() }),
  }),
});

const IdentifierView = z.object({
  identifierId: z.int(),
  kind: z.string(),
  scope: z.string(),
  /** Masked; reveal it one at a time with a reason. */
  value: z.string(),
  state: z.enum(['active', 'contested', 'shared', 'blocked']),
  firstOn: z.iso.date(),
  lastOn: z.iso.date(),
  sources: z.array(z.int()),
});

export const getCustomer = endpoint({
  method: 'GET',
  path: '/api/customers/:customerId',
  summary:
    'One customer: figures, attributes with where they come from, identifiers, consents. Personal data is masked.',
  params: customer,
  response: Summary.extend({
    attributes: z.array(
      z.object({ name: z.string(), value: z.unknown(), sourceId: z.int(), saidAt: z.date(), isLocked: z.boolean() }),
    ),
    identifiers: z.array(IdentifierView),
    consents: z.array(
      z.object({
        purpose: z.string(),
        channel: z.string(),
        isGranted: z.boolean(),
        source: z.string(),
        givenAt: z.date(),
      }),
    ),
  }),
});

export const listTimeline = endpoint({
  method: 'GET',
  path: '/api/customers/:customerId/timeline',
  summary: 'Everything a customer did and everything that was done for them, over all channels, newest first.',
  params: customer,
  query: z.object({
    cursor: z
      .string()
      .regex(/^\d{1,16}_\d{1,16}$/)
      .optional(),
    name: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({
    items: z.array(
      z.object({
        at: z.date(),
        name: z.string(),
        channel: z.string(),
        reference: z.string(),
        details: z.record(z.string(), z.unknown()),
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
});

export const listLinks = endpoint({
  method: 'GET',
  path: '/api/customers/:customerId/links',
  summary: 'Why these identifiers are one person: each pair seen together, how long, and by what evidence.',
  params: customer,
  response: z.object({
    links: z.array(
      z.object({
        identifierId: z.int(),
        otherId: z.int(),
        isInside: z.boolean(),
        causes: z.array(z.string()),
        firstOn: z.iso.date(),
        lastOn: z.iso.date(),
      }),
    ),
  }),
});

export const revealIdentifier = endpoint({
  method: 'POST',
  path: '/api/customers/:customerId/identifiers/:identifierId/reveal',
  summary: 'The plain value of one identifier, for a reason; counted and audited.',
  params: z.object({ customerId: CustomerId, identifierId: z.coerce.number().int().positive() }),
  body: z.object({ reason: z.string().trim().min(4).max(200) }),
  response: z.object({ value: z.string() }),
});

const reason = z.string().trim().min(4).max(200);

export const mergeCustomers = endpoint({
  method: 'POST',
  path: '/api/customers/merges',
  summary: 'Makes two customers one, whatever the evidence says; can be taken back.',
  body: z.object({ customerIds: z.tuple([z.int().positive(), z.int().positive()]), reason }),
  response: z.object({ customerId: z.int() }),
});

export const splitCustomer = endpoint({
  method: 'POST',
  path: '/api/customers/:customerId/splits',
  summary: 'Parts some identifiers, with everything that came with them, from a customer.',
  params: customer,
  body: z.object({ identifierIds: z.array(z.int().positive()).min(1).max(100), reason }),
  response: z.object({ customerIds: z.array(z.int()) }),
});

export const listConflicts = endpoint({
  method: 'GET',
  path: '/api/customer-conflicts',
  summary: 'Evidence that two known customers might be one, which identity refused to join: for a person to decide.',
  query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  response: z.object({
    items: z.array(
      z.object({
        conflictId: z.uuid(),
        customerId: z.int(),
        displayName: z.string(),
        otherCustomerId: z.int(),
        otherDisplayName: z.string(),
        reason: z.string(),
        firstOn: z.iso.date(),
        lastOn: z.iso.date(),
        openedAt: z.date(),
      }),
    ),
    open: z.int(),
  }),
});

export const resolveConflict = endpoint({
  method: 'POST',
  path: '/api/customer-conflicts/:conflictId/decision',
  summary: 'Decides a conflict: one person after all, or two whatever comes.',
  params: z.object({ conflictId: z.uuid() }),
  body: z.object({ decision: z.enum(['merge', 'keep_apart']), reason }),
  response: z.object({}),
});

export const getIdentityQuality = endpoint({
  method: 'GET',
  path: '/api/customer-identity/quality',
  summary:
    'How well customers are recognised: share of known ones, identifiers per customer, merges and conflicts of 30 days.',
  response: z.object({
    customers: z.int(),
    known: z.int(),
    identifiersPerCustomer: z.number(),
    kinds: z.array(z.object({ kind: z.string(), identifiers: z.int(), shared: z.int() })),
    changes: z.array(z.object({ on: z.iso.date(), merges: z.int(), splits: z.int() })),
    openConflicts: z.int(),
  }),
});
