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
    'Customers within the caller’s stores. `search` takes a whole phone, e-mail, card, order or customer number, a whole name, or the last four characters of a phone or card.',
  query: z.object({
    search: z.string().trim().max(100).optional(),
    isKnown: z.stringbool().optional(),
    storeId: z.coerce.number().int().positive().max(2_147_483_647).optional(),
    tierCode: z.string().max(40).optional(),
    minOrders: z.coerce.number().int().min(0).max(1_000_000).optional(),
    seenWithinDays: z.coerce.number().int().min(1).max(36_500).optional(),
    sort: z.enum(['last_seen', 'spend', 'orders', 'created']).default('last_seen'),
    cursor: z
      .string()
      .regex(/^-?\d{1,17}_\d{1,16}$/)
      .optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    offset: z.coerce.number().int().min(0).max(100_000).default(0),
  }),
  response: z.object({
    items: z.array(Summary),
    nextCursor: z.string().nullable(),
    /** How many match; 10,000 means at least so many. */
    total: z.int(),
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
      z.object({
        name: z.string(),
        /** Masked when it names a person; reveal it with a reason. */
        value: z.unknown(),
        isPersonal: z.boolean(),
        sourceId: z.int(),
        saidAt: z.date(),
        isLocked: z.boolean(),
      }),
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
    channel: z.string().max(40).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({
    items: z.array(
      z.object({
        at: z.date(),
        name: z.string(),
        channel: z.string(),
        sourceId: z.int(),
        reference: z.string(),
        details: z.record(z.string(), z.unknown()),
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
});

const Verdict = z.enum([
  'joined',
  'attached',
  'kept_apart',
  'single_valued',
  'over_limit',
  'too_large',
  'contested',
  'incidental',
  'recycled',
  'claimed',
  'weak',
  'shared',
  'blocked',
]);

export const listLinks = endpoint({
  method: 'GET',
  path: '/api/customers/:customerId/links',
  summary:
    'Why these identifiers are one person: each pair seen together, its evidence and the rule that joined or parted it; what staff decided; every merge and split.',
  params: customer,
  response: z.object({
    links: z.array(
      z.object({
        identifierId: z.int(),
        otherId: z.int(),
        isInside: z.boolean(),
        verdict: Verdict,
        causes: z.array(z.string()),
        sources: z.array(z.int()),
        isClaimed: z.boolean(),
        firstOn: z.iso.date(),
        lastOn: z.iso.date(),
      }),
    ),
    /** Identifiers of other customers the caller may see, that were seen with this one’s. */
    others: z.array(
      z.object({
        identifierId: z.int(),
        kind: z.string(),
        scope: z.string(),
        value: z.string(),
        customerId: z.int(),
        state: z.string(),
      }),
    ),
    decisions: z.array(
      z.object({
        decisionId: z.uuid(),
        kind: z.enum(['merge', 'split']),
        reason: z.string(),
        decidedBy: z.string(),
        decidedAt: z.date(),
      }),
    ),
    history: z.array(
      z.object({
        mergeId: z.uuid(),
        kind: z.enum(['merge', 'split']),
        fromId: z.int(),
        toId: z.int(),
        identifierIds: z.array(z.int()),
        evidenceIds: z.array(z.int()),
        cause: z.string(),
        actor: z.string(),
        happenedAt: z.date(),
        undoneAt: z.date().nullable(),
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

export const revealAttribute = endpoint({
  method: 'POST',
  path: '/api/customers/:customerId/attributes/:name/reveal',
  summary: 'The plain value of one personal attribute, for a reason; counted and audited.',
  params: z.object({ customerId: CustomerId, name: z.string().max(63) }),
  body: z.object({ reason }),
  response: z.object({ value: z.string() }),
});

export const createCustomer = endpoint({
  method: 'POST',
  path: '/api/customers',
  summary: 'Creates a customer by hand, or returns the one the phone already belongs to.',
  body: z.object({
    phone: z.string().trim().min(5).max(30).optional(),
    name: z.string().trim().min(1).max(60).optional(),
    storeId: z.int().positive().max(2_147_483_647).optional(),
  }),
  response: z.object({ customerId: z.int() }),
});

const attributeName = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);

export const changeAttributes = endpoint({
  method: 'PATCH',
  path: '/api/customers/:customerId/attributes',
  summary: 'Sets or clears (null) attributes of a customer by hand; locked ones no source overwrites.',
  params: customer,
  body: z.object({
    attributes: z
      .record(attributeName, z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()]))
      .refine((attributes) => Object.keys(attributes).length <= 50, 'at most fifty at once'),
    isLocked: z.boolean().default(false),
  }),
  response: z.object({}),
});

const AttributeView = z.object({
  name: z.string(),
  /** Null for a built-in one, which the screens translate. */
  label: z.string().nullable(),
  group: z.string(),
  type: z.enum(['text', 'number', 'date', 'boolean', 'choice']),
  choices: z.array(z.string()),
  isPersonal: z.boolean(),
  filled: z.int(),
  sources: z.array(z.int()),
});

export const listAttributes = endpoint({
  method: 'GET',
  path: '/api/customer-attributes',
  summary: 'The dimensions of the profile, with how many customers have each filled and by which sources.',
  response: z.object({ customers: z.int(), items: z.array(AttributeView) }),
});

export const addAttribute = endpoint({
  method: 'POST',
  path: '/api/customer-attributes',
  summary: 'Adds an attribute of the company’s own.',
  body: z
    .object({
      name: attributeName,
      label: z.string().trim().min(1).max(60),
      type: z.enum(['text', 'number', 'date', 'boolean', 'choice']),
      choices: z.array(z.string().trim().min(1).max(60)).max(100).default([]),
    })
    .refine(
      ({ type, choices }) => (type === 'choice') === choices.length > 0,
      'a choice, and only a choice, has choices',
    ),
  response: z.object({}),
});

export const giveConsent = endpoint({
  method: 'POST',
  path: '/api/customers/:customerId/consents',
  summary: 'Notes a consent given or withdrawn in person.',
  params: customer,
  body: z.object({
    purpose: z.string().regex(/^[a-z_]{2,40}$/),
    channel: z.string().max(40).default(''),
    isGranted: z.boolean(),
    policyVersion: z.string().min(1).max(40),
  }),
  response: z.object({}),
});

export const eraseCustomer = endpoint({
  method: 'POST',
  path: '/api/customers/:customerId/erasure',
  summary: 'Erases a person for good at their wish; orders and money stay without a name.',
  params: customer,
  body: z.object({ reason }),
  response: z.object({}),
});

export const blockIdentifier = endpoint({
  method: 'POST',
  path: '/api/customers/:customerId/identifiers/:identifierId/block',
  summary: 'Silences an identifier that is no person’s (the store’s own phone), or lets it speak again.',
  params: z.object({ customerId: CustomerId, identifierId: z.coerce.number().int().positive() }),
  body: z.object({ isBlocked: z.boolean(), reason }),
  response: z.object({}),
});

export const addIdentifier = endpoint({
  method: 'POST',
  path: '/api/customers/:customerId/identifiers',
  summary:
    'Adds a phone, e-mail, member number or the like to a customer. One that is somebody else’s is refused with whose it is: merge the two if they are one person.',
  params: customer,
  body: z.object({
    kind: z.enum(['phone', 'email', 'member_no', 'buyer_id', 'unionid', 'openid', 'external_userid']),
    /** The shop, app or brand the value belongs to. */
    scope: z.string().trim().max(100).default(''),
    value: z.string().trim().min(1).max(200),
    reason,
  }),
  response: z.object({ customerId: z.int() }),
});

export const undoMerge = endpoint({
  method: 'POST',
  path: '/api/customer-merges/:mergeId/undo',
  summary: 'Takes a merge or split back: every fact returns to whom it belonged, under the same ids.',
  params: z.object({ mergeId: z.uuid() }),
  body: z.object({ reason }),
  response: z.object({ customerIds: z.array(z.int()) }),
});

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
  query: z.object({ cursor: z.uuid().optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  response: z.object({
    items: z.array(
      z.object({
        conflictId: z.uuid(),
        customerId: z.int(),
        displayName: z.string(),
        otherCustomerId: z.int(),
        otherDisplayName: z.string(),
        /** The two identifiers seen together, and the rule that keeps their customers apart. */
        identifierId: z.int(),
        kind: z.string(),
        otherId: z.int(),
        otherKind: z.string(),
        reason: Verdict,
        sources: z.array(z.int()),
        firstOn: z.iso.date(),
        lastOn: z.iso.date(),
        openedAt: z.date(),
      }),
    ),
    open: z.int(),
    nextCursor: z.string().nullable(),
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
    /** Known customers seen by more than one source. */
    crossSource: z.int(),
    /** Accounts, phones and cards there would be customers of if nothing were joined. */
    unjoined: z.int(),
    identifiersPerCustomer: z.number(),
    sources: z.array(z.object({ sourceId: z.int(), customers: z.int(), known: z.int() })),
    history: z.array(z.object({ on: z.iso.date(), customers: z.int(), known: z.int(), crossSource: z.int() })),
    kinds: z.array(z.object({ kind: z.string(), identifiers: z.int(), shared: z.int() })),
    changes: z.array(z.object({ on: z.iso.date(), merges: z.int(), splits: z.int() })),
    openConflicts: z.int(),
  }),
});
