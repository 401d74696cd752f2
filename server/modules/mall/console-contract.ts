import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

import { RefundState } from './views.ts';

export { reductionOf } from './reduction.ts';

const uuid = z.uuid();
const fen = z.number().int().min(0).max(100_000_000);
const link = z.string().trim().max(200);
const title = z.string().trim().max(40);
const fileId = z.string().trim().max(120);
const colour = z.string().regex(/^#[0-9a-f]{6}$/i, 'a colour is # and six hexadecimal digits');
const page = { cursor: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(100).default(20) };
const done = z.object({});

/** A block of the home page as the console edits it. */
export const BlockSetting = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('banner'),
    title,
    slides: z
      .array(z.object({ fileId, title, subtitle: title, link }))
      .min(1)
      .max(8),
  }),
  z.object({ kind: z.literal('categories'), title }),
  z.object({
    kind: z.literal('product_grid'),
    title,
    link,
    source: z.discriminatedUnion('by', [
      z.object({ by: z.literal('newest') }),
      z.object({ by: z.literal('sold') }),
      z.object({ by: z.literal('category'), categoryId: uuid }),
      z.object({ by: z.literal('picked'), productIds: z.array(uuid).min(1).max(24) }),
    ]),
    limit: z.number().int().min(2).max(24),
  }),
  z.object({ kind: z.literal('coupon_strip'), title, templateIds: z.array(uuid).max(10) }),
  z.object({
    kind: z.literal('new_customer_gift'),
    title,
    body: z.string().trim().max(200),
    link,
    templateIds: z.array(uuid).max(10),
  }),
  z.object({ kind: z.literal('text'), title, body: z.string().trim().max(500), link }),
]);
export const ShopSettings = z.object({
  theme: z.object({
    primary: colour,
    accent: colour,
    background: colour,
    radius: z.number().int().min(0).max(24),
    logoFileId: fileId.nullable(),
    slogan: z.string().trim().max(60),
  }),
  blocks: z.array(BlockSetting).max(30),
  freight: z.object({ baseFen: fen, freeFromFen: fen.nullable() }),
  unpaidMinutes: z.number().int().min(5).max(1_440),
  /** Days after shipping when an order counts as received by itself. */
  receiptDays: z.number().int().min(1).max(60),
  /** Days after receipt in which money can be asked back. */
  afterSalesDays: z.number().int().min(0).max(365),
  service: z.object({ phone: z.string().trim().max(30), hours: z.string().trim().max(60) }),
});

export const readShopSettings = endpoint({
  method: 'GET',
  path: '/api/shop/settings',
  summary: 'Theme, home blocks, freight rule and times of the shop.',
  response: z.object({ settings: ShopSettings, revision: z.number() }),
});
export const saveShopSettings = endpoint({
  method: 'PUT',
  path: '/api/shop/settings',
  summary: 'Saves the settings when nobody else saved meanwhile; audited.',
  body: z.object({ settings: ShopSettings, revision: z.number().int() }),
  response: z.object({ settings: ShopSettings, revision: z.number() }),
});

/** 满减/满折: the highest step reached counts. */
export const Promotion = z
  .object({
    kind: z.literal('full_reduction'),
    steps: z
      .array(
        z.object({
          thresholdFen: fen.min(1),
          /** Takes off so much … */
          offFen: fen.nullable(),
          /** … or this share in bps; exactly one of the two. */
          offBps: z.number().int().min(1).max(9_999).nullable(),
        }),
      )
      .min(1)
      .max(5),
    /** Repeats the (only) amount step for every full threshold: 每满. */
    repeats: z.boolean(),
    /** Empty lists: all goods. */
    categoryIds: z.array(uuid).max(50),
    productIds: z.array(uuid).max(500),
    startsAt: z.coerce.date(),
    endsAt: z.coerce.date(),
    stacksWithCoupons: z.boolean(),
  })
  .refine((promotion) => promotion.endsAt > promotion.startsAt, {
    path: ['endsAt'],
    message: 'must be after the start',
  })
  .refine((promotion) => promotion.steps.every((step) => (step.offFen === null) !== (step.offBps === null)), {
    path: ['steps'],
    message: 'a step takes off an amount or a share',
  })
  .refine((promotion) => promotion.steps.every((step) => step.offFen === null || step.offFen <= step.thresholdFen), {
    path: ['steps'],
    message: 'a step cannot take off more than its threshold',
  })
  .refine((promotion) => !promotion.repeats || (promotion.steps.length === 1 && promotion.steps[0]?.offFen !== null), {
    path: ['repeats'],
    message: 'only a single amount step repeats',
  });
export const PromotionView = z.object({
  promotionId: uuid,
  name: z.string(),
  status: z.enum(['active', 'paused', 'archived']),
  revision: z.number(),
  draft: Promotion.nullable(),
  published: Promotion.nullable(),
  publishedVersion: z.number().nullable(),
});
const promotionName = z.string().trim().min(1).max(40);
const byPromotion = z.object({ promotionId: uuid });

export const listPromotions = endpoint({
  method: 'GET',
  path: '/api/shop/promotions',
  summary: 'Promotions of the shop, last edited first.',
  response: z.object({ items: z.array(PromotionView) }),
});
export const addPromotion = endpoint({
  method: 'POST',
  path: '/api/shop/promotions',
  summary: 'Adds a promotion as a draft.',
  body: z.object({ name: promotionName, content: Promotion }),
  response: PromotionView,
});
export const savePromotion = endpoint({
  method: 'PUT',
  path: '/api/shop/promotions/:promotionId',
  summary: 'Saves the draft of a promotion when nobody else saved meanwhile.',
  params: byPromotion,
  body: z.object({ name: promotionName, content: Promotion, revision: z.number().int() }),
  response: PromotionView,
});
export const publishPromotion = endpoint({
  method: 'POST',
  path: '/api/shop/promotions/:promotionId/publication',
  summary: 'Puts the draft into force.',
  params: byPromotion,
  body: z.object({ note: z.string().trim().max(200).default(''), revision: z.number().int() }),
  response: PromotionView,
});
export const setPromotionStatus = endpoint({
  method: 'PUT',
  path: '/api/shop/promotions/:promotionId/status',
  summary: 'Pauses, resumes or archives a promotion.',
  params: byPromotion,
  body: z.object({ status: z.enum(['active', 'paused', 'archived']) }),
  response: PromotionView,
});

const byOrder = z.object({ orderId: uuid });
export const shipOrder = endpoint({
  method: 'POST',
  path: '/api/shop/orders/:orderId/shipments',
  summary: 'Records a parcel of a paid order of the mall; the first one makes the order shipped.',
  params: byOrder,
  body: z.object({ carrier: z.string().trim().min(1).max(40), trackingNo: z.string().trim().min(1).max(60) }),
  response: done,
});
export const listRefunds = endpoint({
  method: 'GET',
  path: '/api/shop/refunds',
  summary: 'Refund requests of the mall, newest first.',
  query: z.object({ ...page, state: RefundState.optional(), orderId: uuid.optional() }),
  response: z.object({
    items: z.array(
      z.object({
        refundId: uuid,
        orderId: uuid,
        orderNo: z.string(),
        customerId: z.number(),
        kind: z.enum(['refund_only', 'return', 'automatic']),
        state: RefundState,
        amountFen: z.number(),
        points: z.number(),
        lines: z.array(
          z.object({ lineNo: z.number(), title: z.string(), quantity: z.number(), amountFen: z.number() }),
        ),
        reason: z.string(),
        description: z.string(),
        reply: z.string(),
        requestedAt: z.date(),
        doneAt: z.date().nullable(),
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
});
export const decideRefund = endpoint({
  method: 'POST',
  path: '/api/shop/refunds/:refundId/decision',
  summary:
    'Pays a refund out (money, points and coupon go back, goods return to stock when `restock`) or refuses it; audited.',
  params: z.object({ refundId: uuid }),
  body: z.discriminatedUnion('decision', [
    z.object({
      decision: z.literal('pay'),
      restock: z.boolean().default(false),
      reply: z.string().trim().max(200).default(''),
    }),
    z.object({ decision: z.literal('refuse'), reply: z.string().trim().min(1).max(200) }),
  ]),
  response: done,
});
export const listPaymentNotices = endpoint({
  method: 'GET',
  path: '/api/shop/payment-notices',
  summary:
    'What payment providers reported and what was made of it, newest first: late, repeated, contradictory and wrong amounts.',
  query: z.object({ ...page, outcome: z.string().max(40).optional(), orderId: uuid.optional() }),
  response: z.object({
    items: z.array(
      z.object({
        noticeId: uuid,
        provider: z.string(),
        providerNo: z.string(),
        paymentId: uuid.nullable(),
        orderId: uuid.nullable(),
        state: z.string(),
        amountFen: z.number(),
        outcome: z.string(),
        receivedAt: z.date(),
        repeats: z.number(),
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
});
