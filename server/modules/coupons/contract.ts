import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

import { CouponQuantity, CouponTerms } from './template.ts';

export { CouponTerms };

const uuid = z.uuid();
const limit = z.coerce.number().int().min(1).max(200).default(50);
const customerId = z.coerce.number().int().positive();
const done = z.object({});

const Figures = z.object({
  inHand: z.number(),
  locked: z.number(),
  used: z.number(),
  expired: z.number(),
  voided: z.number(),
  discountFen: z.number(),
});
export const TemplateView = z.object({
  templateId: uuid,
  status: z.enum(['draft', 'published', 'ended']),
  terms: CouponTerms,
  ceiling: z.number().nullable(),
  issued: z.number(),
  createdAt: z.date(),
  publishedAt: z.date().nullable(),
  endedAt: z.date().nullable(),
  figures: Figures,
});
export const CouponView = z.object({
  couponId: uuid,
  templateId: uuid,
  templateName: z.string(),
  code: z.string(),
  customerId: z.number(),
  status: z.enum(['issued', 'locked', 'used', 'expired', 'voided']),
  validFrom: z.date(),
  validUntil: z.date(),
  issuedAt: z.date(),
  orderId: uuid.nullable(),
  usedAt: z.date().nullable(),
  discountFen: z.number().nullable(),
});
export const BatchView = z.object({
  batchId: uuid,
  templateId: uuid,
  templateName: z.string(),
  segmentId: uuid.nullable(),
  status: z.enum(['running', 'done', 'stopped']),
  stopReason: z.string().nullable(),
  planned: z.number(),
  seen: z.number(),
  issued: z.number(),
  createdAt: z.date(),
  finishedAt: z.date().nullable(),
});
const template = z.object({ templateId: uuid });

export const listTemplates = endpoint({
  method: 'GET',
  path: '/api/coupons/templates',
  summary: 'Lists coupon templates with what became of them, newest first.',
  query: z.object({ status: z.enum(['draft', 'published', 'ended']).optional(), cursor: uuid.optional(), limit }),
  response: z.object({ items: z.array(TemplateView), nextCursor: uuid.nullable() }),
});
export const readTemplate = endpoint({
  method: 'GET',
  path: '/api/coupons/templates/:templateId',
  summary: 'Reads one coupon template.',
  params: template,
  response: TemplateView,
});
export const createTemplate = endpoint({
  method: 'POST',
  path: '/api/coupons/templates',
  summary: 'Starts a coupon template as a draft.',
  body: CouponTerms,
  response: TemplateView,
});
export const changeTemplate = endpoint({
  method: 'PUT',
  path: '/api/coupons/templates/:templateId',
  summary: 'Changes a draft.',
  params: template,
  body: CouponTerms,
  response: TemplateView,
});
export const publishTemplate = endpoint({
  method: 'POST',
  path: '/api/coupons/templates/:templateId/publication',
  summary: 'Opens a draft for issuing; its terms are fixed from now on.',
  params: template,
  response: TemplateView,
});
export const endTemplate = endpoint({
  method: 'POST',
  path: '/api/coupons/templates/:templateId/end',
  summary: 'Stops issuing; coupons in customers’ hands stay good.',
  params: template,
  response: TemplateView,
});
export const changeQuantity = endpoint({
  method: 'PUT',
  path: '/api/coupons/templates/:templateId/quantity',
  summary: 'Changes how many may be issued, never below what is out.',
  params: template,
  body: CouponQuantity,
  response: TemplateView,
});

export const issueCoupons = endpoint({
  method: 'POST',
  path: '/api/coupons/templates/:templateId/coupons',
  summary: 'Gives a coupon to up to 1,000 customers at once.',
  params: template,
  body: z.object({
    customerIds: z.array(z.int().positive()).min(1).max(1000),
    issueKey: z.string().trim().min(1).max(150),
  }),
  response: z.object({
    items: z.array(
      z.object({
        customerId: z.number(),
        outcome: z.enum(['issued', 'repeated', 'limit_reached', 'sold_out']),
        couponId: uuid.nullable(),
      }),
    ),
  }),
});
export const listCoupons = endpoint({
  method: 'GET',
  path: '/api/coupons/coupons',
  summary: 'Lists coupons given out, newest first.',
  query: z.object({
    templateId: uuid.optional(),
    customerId: customerId.optional(),
    status: z.enum(['issued', 'locked', 'used', 'expired', 'voided']).optional(),
    cursor: uuid.optional(),
    limit,
  }),
  response: z.object({ items: z.array(CouponView), nextCursor: uuid.nullable() }),
});
export const voidCoupon = endpoint({
  method: 'POST',
  path: '/api/coupons/coupons/:couponId/withdrawal',
  summary: 'Withdraws a coupon that is still in the customer’s hand.',
  params: z.object({ couponId: uuid }),
  body: z.object({ reason: z.string().trim().min(1).max(200) }),
  response: done,
});
export const findCoupon = endpoint({
  method: 'GET',
  path: '/api/coupons/codes/:code',
  summary: 'Finds the coupon a customer shows, before it is redeemed.',
  params: z.object({ code: z.string().min(12).max(20) }),
  response: CouponView.extend({ terms: CouponTerms }),
});
export const redeemCoupon = endpoint({
  method: 'POST',
  path: '/api/coupons/codes/:code/redemption',
  summary: 'Redeems a coupon at the till of a store for one receipt.',
  params: z.object({ code: z.string().min(12).max(20) }),
  body: z.object({
    storeId: z.int().positive(),
    orderId: uuid,
    lines: z
      .array(
        z.object({
          lineNo: z.int().min(1),
          productId: z.string().max(64),
          categoryIds: z.array(z.string().max(64)).max(20).optional(),
          amountFen: z.int().min(0),
        }),
      )
      .min(1)
      .max(200),
  }),
  response: CouponView,
});

export const startBatch = endpoint({
  method: 'POST',
  path: '/api/coupons/batches',
  summary: 'Starts giving a coupon to a segment or a list of customers in the background.',
  body: z.union([
    z.object({ templateId: uuid, segmentId: uuid }),
    z.object({ templateId: uuid, customerIds: z.array(z.int().positive()).min(1).max(100_000) }),
  ]),
  response: BatchView,
});
export const listBatches = endpoint({
  method: 'GET',
  path: '/api/coupons/batches',
  summary: 'Lists batches with their progress, newest first.',
  query: z.object({ cursor: uuid.optional(), limit }),
  response: z.object({ items: z.array(BatchView), nextCursor: uuid.nullable() }),
});
export const readBatch = endpoint({
  method: 'GET',
  path: '/api/coupons/batches/:batchId',
  summary: 'Reads the progress of one batch.',
  params: z.object({ batchId: uuid }),
  response: BatchView,
});

/** What a shopper sees of a coupon: no budget, no counts. */
const Offer = z.object({
  templateId: uuid,
  name: z.string(),
  description: z.string(),
  kind: z.enum(['amount_off', 'percent_off']),
  rule: z.unknown(),
  scope: z.unknown(),
});
export const OwnCoupon = Offer.extend({
  couponId: uuid,
  code: z.string(),
  status: z.enum(['issued', 'locked', 'used', 'expired', 'voided']),
  validFrom: z.date(),
  validUntil: z.date(),
});

export const claimableCoupons = endpoint({
  method: 'GET',
  path: '/api/mall/coupons/claimable',
  summary: 'Lists the coupons a shopper can claim now.',
  response: z.object({ items: z.array(Offer) }),
});
export const ownCoupons = endpoint({
  method: 'GET',
  path: '/api/mall/coupons',
  summary: 'Lists the signed-in customer’s coupons.',
  query: z.object({ state: z.enum(['usable', 'used', 'over']).default('usable'), limit }),
  response: z.object({ items: z.array(OwnCoupon) }),
});
export const claimCoupon = endpoint({
  method: 'POST',
  path: '/api/mall/coupons/claims',
  summary: 'Claims a coupon for the signed-in customer.',
  body: z.object({ templateId: uuid }),
  response: OwnCoupon,
});
