import * as z from 'zod';

const uuid = z.uuid();
const text = z.string();
const fen = z.number().int();
const at = z.date();

/** Where a banner or block leads: a page of the mall such as `product/<id>`, `category/<id>`, `search?q=…`, `coupons`; empty: nowhere. */
const Link = z.string().max(200);
/** A picture's address on this server (`/api/mall/media/<fileId>`, `?w=` scales it), or null when there is none. */
const pictureUrl = z.string().nullable();

export const FreightRuleView = z.object({
  baseFen: fen,
  /** Goods for at least so much are sent free of charge; null: never. */
  freeFromFen: fen.nullable(),
});
export const ShopView = z.object({
  brand: z.object({ code: text, name: text, currency: text, timezone: text }),
  theme: z.object({
    /** CSS colours. */
    primary: text,
    accent: text,
    background: text,
    /** Corner radius in px. */
    radius: z.number(),
    logoUrl: pictureUrl,
    slogan: text,
  }),
  freight: FreightRuleView,
  /** The shop takes pretended money and shows sign-in codes on screen. */
  isSandbox: z.boolean(),
  payments: z.array(z.enum(['sandbox'])),
  /** Minutes an unpaid order keeps its goods. */
  unpaidMinutes: z.number(),
  service: z.object({ phone: text, hours: text }),
});

export const ProductCard = z.object({
  productId: uuid,
  title: text,
  subtitle: text,
  pictureUrl,
  /** Lowest everyday price over the SKUs. */
  priceFen: fen,
  /** Whether other SKUs cost more ("from"). */
  hasHigherPrices: z.boolean(),
  /** Crossed out beside the price; null when it is not higher. */
  listPriceFen: fen.nullable(),
  soldQuantity: z.number(),
  /** Pieces that can be sold over all SKUs. */
  available: z.number(),
});
export const CategoryView = z.object({
  categoryId: uuid,
  parentId: uuid.nullable(),
  name: text,
});

export const CouponOffer = z.object({
  templateId: uuid,
  name: text,
  kind: z.enum(['amount_off', 'percent_off']),
  /** Fen off, or the share taken off in bps. */
  offFen: fen.nullable(),
  offBps: z.number().nullable(),
  thresholdFen: fen,
  validUntil: at.nullable(),
  isClaimed: z.boolean(),
});
const blockBase = { blockId: text, title: text };
export const HomeBlock = z.discriminatedUnion('kind', [
  z.object({
    ...blockBase,
    kind: z.literal('banner'),
    slides: z.array(z.object({ pictureUrl, title: text, subtitle: text, link: Link })),
  }),
  z.object({ ...blockBase, kind: z.literal('categories'), items: z.array(CategoryView) }),
  z.object({ ...blockBase, kind: z.literal('product_grid'), link: Link, items: z.array(ProductCard) }),
  z.object({ ...blockBase, kind: z.literal('coupon_strip'), items: z.array(CouponOffer) }),
  z.object({ ...blockBase, kind: z.literal('new_customer_gift'), body: text, link: Link, items: z.array(CouponOffer) }),
  z.object({ ...blockBase, kind: z.literal('text'), body: text, link: Link }),
]);

/** What one piece costs this visitor and why. `kind` says which price won. */
export const UnitPrice = z.object({
  listFen: fen,
  /** The everyday price. */
  saleFen: fen,
  /** For a limited time, when one runs. */
  limitedFen: fen.nullable(),
  /** This customer's tier's price. */
  memberFen: fen.nullable(),
  payFen: fen,
  kind: z.enum(['sale', 'limited', 'member']),
});
export const SkuView = z.object({
  skuId: uuid,
  code: text,
  /** Value by specification name. */
  spec: z.record(text, text),
  pictureUrl,
  price: UnitPrice,
  available: z.number(),
});
export const ProductView = ProductCard.extend({
  categoryId: uuid.nullable(),
  brandName: text,
  kind: z.enum(['goods', 'bundle', 'virtual', 'service', 'card']),
  media: z.array(z.object({ kind: z.enum(['image', 'video']), url: text })),
  details: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('text'), text }),
      z.object({ type: z.literal('image'), url: text }),
    ]),
  ),
  attributes: z.record(text, text),
  specNames: z.array(text),
  skus: z.array(SkuView),
  /** Running promotions such as 满减 that apply to it. */
  promotions: z.array(z.object({ promotionId: uuid, name: text })),
});

export const MemberView = z.object({
  customerId: z.number(),
  /** Name shown on screen, masked phone when there is none. */
  displayName: text,
  maskedPhone: text.nullable(),
  /** Null until the shop has a loyalty programme. */
  tier: z
    .object({
      code: text,
      name: text,
      nextName: text.nullable(),
      /** How far to the next tier, 0 to 10 000. */
      progressBps: z.number(),
      /** What is still to be spent for the next tier; null when it does not depend on spending. */
      missingFen: fen.nullable(),
    })
    .nullable(),
  points: z.object({ available: z.number(), pending: z.number() }),
  couponCount: z.number(),
  orderCounts: z.object({ unpaid: z.number(), toShip: z.number(), toReceive: z.number(), afterSales: z.number() }),
  cartQuantity: z.number(),
});

export const CartLine = z.object({
  skuId: uuid,
  productId: uuid,
  title: text,
  /** Specification values in one text, e.g. `红 / L`. */
  spec: text,
  pictureUrl,
  quantity: z.number(),
  isSelected: z.boolean(),
  price: UnitPrice,
  available: z.number(),
  /** Why it cannot be bought now; null when it can. */
  problem: z.enum(['off_sale', 'sold_out', 'not_enough']).nullable(),
});
export const CartView = z.object({
  lines: z.array(CartLine),
  /** Pieces of all lines. */
  quantity: z.number(),
  selected: z.object({
    quantity: z.number(),
    goodsFen: fen,
    /** What promotions such as 满减 take off the selected lines. */
    discountFen: fen,
    totalFen: fen,
  }),
  /** Promotions within reach: how much more to buy for how much off. */
  hints: z.array(z.object({ promotionId: uuid, name: text, missingFen: fen, offFen: fen })),
});

export const AddressContent = z.object({
  name: z.string().trim().min(1).max(40),
  phone: z.string().trim().min(5).max(24),
  province: z.string().trim().min(1).max(30),
  city: z.string().trim().min(1).max(30),
  district: z.string().trim().max(30).default(''),
  street: z.string().trim().min(1).max(200),
  isDefault: z.boolean().default(false),
});
/** An address as its owner sees it: in full. */
export const Address = AddressContent.extend({ addressId: uuid, district: z.string(), isDefault: z.boolean() });

/** What the buyer has chosen so far; every part may be left out. */
export const QuoteChoice = z.object({
  /** "Buy now": these instead of the selected lines of the cart. */
  lines: z
    .array(z.object({ skuId: uuid, quantity: z.number().int().min(1).max(999) }))
    .min(1)
    .max(100)
    .optional(),
  addressId: uuid.optional(),
  /** `best` proposes the best legal coupons; a list takes exactly these; empty takes none. */
  coupons: z.union([z.literal('best'), z.array(uuid).max(5)]).default('best'),
  /** `max` uses as many points as the rules allow. */
  points: z.union([z.literal('max'), z.number().int().min(0)]).default(0),
});

/** One step of the price, in the order in which steps apply; `amountFen` is what it adds (negative: takes off). */
export const PriceStepView = z.object({
  step: z.enum(['limited', 'member', 'full_reduction', 'coupon', 'points', 'freight']),
  /** Name of the promotion or coupon; empty when the step speaks for itself. */
  name: text,
  /** Id of the promotion or coupon. */
  reference: text.nullable(),
  amountFen: fen,
  /** The share of each line, by its number from 1. */
  lines: z.array(z.object({ lineNo: z.number(), amountFen: fen })),
});
export const PricedLineView = z.object({
  lineNo: z.number(),
  skuId: uuid,
  productId: uuid,
  title: text,
  spec: text,
  pictureUrl,
  quantity: z.number(),
  /** The everyday price of one piece. */
  saleFen: fen,
  /** The price of one piece after limited and member prices. */
  unitFen: fen,
  /** What the line costs after everything. */
  amountFen: fen,
});
export const TotalsView = z.object({
  /** At everyday prices. */
  goodsFen: fen,
  /** Everything taken off by prices, promotions and coupons. */
  discountFen: fen,
  couponFen: fen,
  pointsFen: fen,
  freightFen: fen,
  /** goods − discount − points + freight; what is to be paid. */
  payableFen: fen,
  quantity: z.number(),
});
export const SkippedReason = z.enum([
  'not_yet_valid',
  'expired',
  'wrong_channel',
  'wrong_store',
  'nothing_in_scope',
  'below_threshold',
  'group_taken',
  'not_combinable',
  'no_discount',
]);
export const QuoteView = z.object({
  quoteHash: text,
  lines: z.array(PricedLineView),
  steps: z.array(PriceStepView),
  totals: TotalsView,
  /** Everything saved against list prices, for "you save …". */
  savingFen: fen,
  coupons: z.object({
    usable: z.array(
      z.object({ couponId: uuid, name: text, savesFen: fen, validUntil: at.nullable(), isChosen: z.boolean() }),
    ),
    skipped: z.array(
      z.object({
        couponId: uuid,
        name: text,
        reason: SkippedReason,
        /** How much more goods are needed, for `below_threshold`. */
        missingFen: fen.nullable(),
      }),
    ),
  }),
  points: z.object({
    available: z.number(),
    /** At most so many may be used on this order. */
    usable: z.number(),
    usableFen: fen,
    used: z.number(),
    usedFen: fen,
    /** Why none may be used; null when some may. */
    reason: z.enum(['sign_in', 'in_debt', 'below_minimum', 'nothing_to_pay', 'no_programme']).nullable(),
  }),
  freight: z.object({ amountFen: fen, freeFromFen: fen.nullable(), missingFen: fen.nullable() }),
  /** Lines that cannot be bought as asked; with any, the order cannot be submitted. */
  problems: z.array(
    z.object({
      skuId: uuid,
      title: text,
      problem: z.enum(['off_sale', 'sold_out', 'not_enough']),
      available: z.number(),
    }),
  ),
  /** What is still missing before the order can be submitted. */
  missing: z.array(z.enum(['address'])),
  address: Address.nullable(),
});

export const MallOrderState = z.enum(['unpaid', 'paid', 'shipped', 'received', 'cancelled', 'refunded']);
export const RefundState = z.enum(['requested', 'done', 'refused', 'withdrawn']);
export const RefundView = z.object({
  refundId: uuid,
  kind: z.enum(['refund_only', 'return', 'automatic']),
  state: RefundState,
  amountFen: fen,
  points: z.number(),
  lines: z.array(z.object({ lineNo: z.number(), quantity: z.number(), amountFen: fen })),
  reason: text,
  reply: text,
  requestedAt: at,
  doneAt: at.nullable(),
});
export const MallOrderLine = PricedLineView.extend({
  /** Pieces refunded or being refunded. */
  refundedQuantity: z.number(),
});
export const MallOrderSummary = z.object({
  orderId: uuid,
  orderNo: text,
  state: MallOrderState,
  placedAt: at,
  /** An unpaid order is cancelled by itself at this time. */
  payBefore: at.nullable(),
  payableFen: fen,
  refundedFen: fen,
  quantity: z.number(),
  lines: z.array(MallOrderLine),
  /** A refund is being decided or paid out. */
  hasOpenRefund: z.boolean(),
  can: z.object({ pay: z.boolean(), cancel: z.boolean(), confirmReceipt: z.boolean(), refund: z.boolean() }),
});
export const MallOrder = MallOrderSummary.extend({
  steps: z.array(PriceStepView),
  totals: TotalsView,
  points: z.number(),
  paidAt: at.nullable(),
  shippedAt: at.nullable(),
  receivedAt: at.nullable(),
  cancelledAt: at.nullable(),
  cancelReason: text,
  remark: text,
  address: Address.omit({ addressId: true, isDefault: true }),
  payment: z.object({ paymentId: uuid, provider: text, paidAt: at.nullable() }).nullable(),
  shipments: z.array(z.object({ shipmentNo: text, carrier: text, trackingNo: text, shippedAt: at.nullable() })),
  refunds: z.array(RefundView),
});

export const PaymentView = z.object({
  paymentId: uuid,
  orderId: uuid,
  orderNo: text,
  provider: z.enum(['sandbox']),
  amountFen: fen,
  /** `refunding`/`refunded`: the money arrived when the order could no longer be served and goes back by itself. */
  state: z.enum(['open', 'paid', 'declined', 'closed', 'refunding', 'refunded']),
  orderState: MallOrderState,
  payBefore: at.nullable(),
  paidAt: at.nullable(),
});
