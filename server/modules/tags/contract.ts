import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

const Score = z.int().min(1).max(5);
const RfmGroup = z.enum([
  'champions',
  'promising_big_spenders',
  'must_keep',
  'must_win_back',
  'regulars',
  'newcomers',
  'fading_regulars',
  'lapsed',
]);

const RfmRunView = z.object({
  runId: z.uuid(),
  state: z.enum(['queued', 'running', 'done', 'failed']),
  asOfOn: z.iso.date().nullable(),
  fromOn: z.iso.date().nullable(),
  currency: z.string().nullable(),
  customers: z.int().nullable(),
  requestedAt: z.date(),
  finishedAt: z.date().nullable(),
  failure: z.string().nullable(),
});

const RfmSettings = z.object({
  windowMonths: z.int().min(1).max(120).nullable(),
  asOf: z.enum(['today', 'newest_order']),
  highFrom: z.object({ r: z.int().min(2).max(5), f: z.int().min(2).max(5), m: z.int().min(2).max(5) }),
  topShareBps: z.int().min(100).max(10_000),
});

export const getRfm = endpoint({
  method: 'GET',
  path: '/api/rfm',
  summary: 'The latest RFM computation: cuts, groups and the recency × frequency matrix.',
  response: z.object({
    run: RfmRunView.nullable(),
    settings: RfmSettings,
    cuts: z
      .object({ recencyDays: z.array(z.number()), frequency: z.array(z.number()), monetaryMinor: z.array(z.number()) })
      .nullable(),
    groups: z.array(
      z.object({
        group: RfmGroup,
        customers: z.int(),
        monetaryMinor: z.int(),
        averageRecencyDays: z.number(),
        orders: z.int(),
      }),
    ),
    matrix: z.array(z.object({ r: Score, f: Score, customers: z.int(), monetaryMinor: z.int(), averageM: z.number() })),
    top: z.object({ customers: z.int(), monetaryMinor: z.int(), shareOfMoneyBps: z.int() }),
  }),
});

export const requestRfmRun = endpoint({
  method: 'POST',
  path: '/api/rfm/runs',
  summary: 'Computes RFM anew in the background; follow the run by its id.',
  body: z.object({}),
  response: z.object({ runId: z.uuid() }),
});

export const getRfmRun = endpoint({
  method: 'GET',
  path: '/api/rfm/runs/:runId',
  summary: 'The state of one RFM computation.',
  params: z.object({ runId: z.uuid() }),
  response: RfmRunView,
});

export const saveRfmSettings = endpoint({
  method: 'PUT',
  path: '/api/rfm/settings',
  summary: 'Publishes a new version of the RFM settings; the next run uses it.',
  body: RfmSettings,
  response: z.object({ version: z.int() }),
});

const RfmCustomer = z.object({
  customerId: z.int(),
  displayName: z.string(),
  recencyDays: z.int(),
  lastBoughtOn: z.iso.date(),
  frequency: z.int(),
  monetaryMinor: z.int(),
  r: Score,
  f: Score,
  m: Score,
  weightedScore: z.int(),
  group: RfmGroup,
  isTop: z.boolean(),
});

export const listRfmCustomers = endpoint({
  method: 'GET',
  path: '/api/rfm/customers',
  summary: 'The people behind a cell, a group or the high-value set, best score first.',
  query: z.object({
    r: z.coerce.number().int().min(1).max(5).optional(),
    f: z.coerce.number().int().min(1).max(5).optional(),
    group: RfmGroup.optional(),
    top: z.stringbool().optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    offset: z.coerce.number().int().min(0).max(100_000).default(0),
  }),
  response: z.object({ items: z.array(RfmCustomer), total: z.int() }),
});

export const explainRfm = endpoint({
  method: 'GET',
  path: '/api/rfm/customers/:customerId',
  summary: 'Why a customer has these scores: the values, the cuts they reached, and the group rule.',
  params: z.object({ customerId: z.coerce.number().int().positive() }),
  response: z.object({
    scores: RfmCustomer.omit({ displayName: true }).nullable(),
    reasons: z.array(
      z.object({ code: z.string(), parameters: z.record(z.string(), z.union([z.string(), z.number(), z.null()])) }),
    ),
    currency: z.string().nullable(),
  }),
});

const TagView = z.object({
  tagId: z.int(),
  code: z.string(),
  name: z.string(),
  groupName: z.string(),
  description: z.string(),
  color: z.string(),
  kind: z.enum(['manual', 'rfm']),
  customers: z.int(),
});

export const listTags = endpoint({
  method: 'GET',
  path: '/api/tags',
  summary: 'All tags with the number of customers who carry them.',
  response: z.object({ items: z.array(TagView) }),
});

export const createTag = endpoint({
  method: 'POST',
  path: '/api/tags',
  summary: 'Adds a tag that people put on customers by hand.',
  body: z.object({
    code: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/)
      .optional(),
    name: z.string().trim().min(1).max(60),
    groupName: z.string().trim().max(60).default(''),
    description: z.string().max(500).default(''),
    color: z
      .string()
      .regex(/^#[0-9A-Fa-f]{6}$/)
      .default('#0F766E'),
  }),
  response: z.object({ tagId: z.int() }),
});

const TagCustomers = z.object({ customerIds: z.array(z.int().positive()).min(1).max(1_000) });

export const addTag = endpoint({
  method: 'POST',
  path: '/api/tags/:tagId/customers',
  summary: 'Puts a tag on customers; those who have it already stay as they are.',
  params: z.object({ tagId: z.coerce.number().int().positive() }),
  body: TagCustomers,
  response: z.object({ changed: z.int() }),
});

export const removeTag = endpoint({
  method: 'DELETE',
  path: '/api/tags/:tagId/customers',
  summary: 'Takes a tag off customers.',
  params: z.object({ tagId: z.coerce.number().int().positive() }),
  body: TagCustomers,
  response: z.object({ changed: z.int() }),
});

export const customerTags = endpoint({
  method: 'GET',
  path: '/api/customers/:customerId/tags',
  summary: 'The tags of one customer with their source, since when, and the latest changes.',
  params: z.object({ customerId: z.coerce.number().int().positive() }),
  response: z.object({
    tags: z.array(TagView.omit({ customers: true, description: true }).extend({ since: z.date(), source: z.string() })),
    changes: z.array(
      z.object({ tagId: z.int(), name: z.string(), added: z.boolean(), at: z.date(), source: z.string() }),
    ),
  }),
});
