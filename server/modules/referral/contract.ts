import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

const SharedKind = z.enum(['mall', 'product', 'coupon']);
const TraceNode = z.object({
  traceId: z.uuid(),
  parentTraceId: z.uuid().nullable(),
  code: z.string(),
  depth: z.int(),
  sharerCustomerId: z.int(),
  sharer: z.string(),
  sharedKind: SharedKind,
  sharedId: z.string(),
  /** Name of the product or coupon; '' for the mall as a whole. */
  sharedTitle: z.string(),
  createdAt: z.date(),
  children: z.int(),
  visitors: z.int(),
  registrations: z.int(),
  orders: z.int(),
  amountMinor: z.int(),
});

export const createShare = endpoint({
  method: 'POST',
  path: '/api/mall/shares',
  summary: 'The signed-in customer shares something: their link, hanging below the one they came by.',
  body: z.object({
    sharedKind: SharedKind,
    sharedId: z.string().max(64).default(''),
    parentCode: z.string().max(40).optional(),
  }),
  response: z.object({ traceId: z.uuid(), code: z.string(), path: z.string() }),
});

export const recordVisit = endpoint({
  method: 'POST',
  path: '/api/mall/visits',
  summary: 'Someone opened a share link: remembered for the order they may make.',
  body: z.object({ code: z.string().max(40), deviceId: z.string().min(8).max(100) }),
  response: z.object({ sharedKind: SharedKind, sharedId: z.string() }),
});

export const myShares = endpoint({
  method: 'GET',
  path: '/api/mall/shares',
  summary: "The signed-in customer's links and what they brought.",
  query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
  response: z.object({
    items: z.array(TraceNode.omit({ sharer: true, sharerCustomerId: true })),
    visitors: z.int(),
    orders: z.int(),
    amountMinor: z.int(),
  }),
});

const language = z.enum(['zh-CN', 'en']).optional();
export const sharePoster = endpoint({
  method: 'GET',
  path: '/api/mall/shares/:code/poster',
  summary:
    'The poster of a link as PNG: picture, title, price, brand and QR code. Whoever has the code may see it; nothing on it is personal.',
  params: z.object({ code: z.string().max(40) }),
  query: z.object({ language }),
  response: z.unknown(),
});
export const tracePoster = endpoint({
  method: 'GET',
  path: '/api/referral/traces/:traceId/poster',
  summary: 'The poster of a link as PNG, for staff.',
  params: z.object({ traceId: z.uuid() }),
  query: z.object({ language }),
  response: z.unknown(),
});

export const listTraces = endpoint({
  method: 'GET',
  path: '/api/referral/traces',
  summary: 'Origins of share trees, those that brought the most first; or the links of one sharer.',
  query: z.object({
    sharerCustomerId: z.coerce.number().int().positive().optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({ items: z.array(TraceNode) }),
});

export const listTraceChildren = endpoint({
  method: 'GET',
  path: '/api/referral/traces/:traceId/children',
  summary: 'The links shared by those who came through this one.',
  params: z.object({ traceId: z.uuid() }),
  query: z.object({ after: z.coerce.date().optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  response: z.object({ items: z.array(TraceNode) }),
});

export const getSpread = endpoint({
  method: 'GET',
  path: '/api/referral/spread',
  summary: 'How sharing spreads: re-shares, depth, K-factor, top spreaders.',
  response: z.object({
    traces: z.int(),
    sharers: z.int(),
    visitors: z.int(),
    orders: z.int(),
    amountMinor: z.int(),
    secondSpread: z.number(),
    kFactor: z.number(),
    depths: z.array(z.object({ depth: z.int(), traces: z.int() })),
    top: z.array(z.object({ customerId: z.int(), displayName: z.string(), orders: z.int(), amountMinor: z.int() })),
  }),
});

export const explainAttribution = endpoint({
  method: 'GET',
  path: '/api/referral/orders/:orderId',
  summary: 'Why an order is attributed to whom.',
  params: z.object({ orderId: z.uuid() }),
  response: z.object({
    attribution: z
      .object({
        traceId: z.uuid(),
        code: z.string(),
        sharerCustomerId: z.int(),
        sharer: z.string(),
        visitedAt: z.date(),
        paidAt: z.date(),
        reason: z.enum(['last_touch', 'order_link']),
        depth: z.int(),
      })
      .nullable(),
  }),
});
