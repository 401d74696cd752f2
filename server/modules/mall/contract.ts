import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

import {
  Address,
  AddressContent,
  CartView,
  CategoryView,
  HomeBlock,
  MallOrder,
  MallOrderSummary,
  MemberView,
  PaymentView,
  ProductCard,
  ProductView,
  QuoteChoice,
  QuoteView,
  ShopView,
} from './views.ts';

export * from './console-contract.ts';
export * from './views.ts';

const uuid = z.uuid();
const page = { cursor: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(60).default(20) };
const done = z.object({});
const phone = z.string().trim().min(5).max(24);
const quantity = z.number().int().min(1).max(999);

// Shop and catalogue: for anybody who visits.

export const readShop = endpoint({
  method: 'GET',
  path: '/api/mall/shop',
  summary: 'The shop: brand, theme, freight rule and what the shop offers.',
  response: ShopView,
});
export const readHome = endpoint({
  method: 'GET',
  path: '/api/mall/home',
  summary: 'The blocks of the home page with what they show to this visitor.',
  response: z.object({ blocks: z.array(HomeBlock) }),
});
export const listCategories = endpoint({
  method: 'GET',
  path: '/api/mall/categories',
  summary: 'Visible categories, parents before children.',
  response: z.object({ items: z.array(CategoryView) }),
});
export const listProducts = endpoint({
  method: 'GET',
  path: '/api/mall/products',
  summary: 'Products on sale by category, search words and order.',
  query: z.object({
    ...page,
    search: z.string().trim().max(80).optional(),
    categoryId: uuid.optional(),
    sort: z.enum(['newest', 'price', 'price_desc', 'sold']).default('newest'),
  }),
  response: z.object({ items: z.array(ProductCard), nextCursor: z.string().nullable() }),
});
export const findProduct = endpoint({
  method: 'GET',
  path: '/api/mall/products/:productId',
  summary: 'One product with its SKUs, the prices this visitor pays, and how many pieces can be sold.',
  params: z.object({ productId: uuid }),
  response: ProductView,
});

// Sign-in by phone code.

export const requestSignInCode = endpoint({
  method: 'POST',
  path: '/api/mall/sign-in/codes',
  summary: 'Sends a six-digit code, valid for five minutes, to a phone.',
  body: z.object({ phone }),
  response: z.object({
    /** Seconds until another code may be asked for. */
    retryAfterS: z.number(),
    expiresInS: z.number(),
    /** The code itself, only while the shop runs in sandbox mode. */
    sandboxCode: z.string().nullable(),
  }),
});
export const signIn = endpoint({
  method: 'POST',
  path: '/api/mall/sign-in',
  summary: 'Signs in with the code sent to the phone; the cart and addresses kept before become the customer\u2019s.',
  body: z.object({
    phone,
    code: z
      .string()
      .trim()
      .regex(/^\d{6}$/, 'a code has six digits'),
  }),
  response: MemberView,
});
export const signOut = endpoint({
  method: 'DELETE',
  path: '/api/mall/sign-in',
  summary: 'Ends the customer\u2019s session in this browser.',
  response: done,
});
export const readMember = endpoint({
  method: 'GET',
  path: '/api/mall/me',
  summary: 'Who is signed in (or null), with tier, points, coupons and order counts for the member centre.',
  response: z.object({ member: MemberView.nullable() }),
});

// Cart: of the customer, or of this device before sign-in.

export const readCart = endpoint({
  method: 'GET',
  path: '/api/mall/cart',
  summary: 'The cart with the prices and stock of this moment.',
  response: CartView,
});
export const addCartLine = endpoint({
  method: 'POST',
  path: '/api/mall/cart/lines',
  summary: 'Puts pieces of a SKU into the cart; the same SKU twice is one line.',
  body: z.object({ skuId: uuid, quantity }),
  response: CartView,
});
export const changeCartLine = endpoint({
  method: 'PATCH',
  path: '/api/mall/cart/lines/:skuId',
  summary: 'Sets the quantity of a line, or whether it is selected for checkout.',
  params: z.object({ skuId: uuid }),
  body: z.object({ quantity: quantity.optional(), isSelected: z.boolean().optional() }),
  response: CartView,
});
export const removeCartLine = endpoint({
  method: 'DELETE',
  path: '/api/mall/cart/lines/:skuId',
  summary: 'Takes a line out of the cart.',
  params: z.object({ skuId: uuid }),
  response: CartView,
});
export const selectCartLines = endpoint({
  method: 'PUT',
  path: '/api/mall/cart/selection',
  summary: 'Selects exactly these lines for checkout.',
  body: z.object({ skuIds: z.array(uuid).max(100) }),
  response: CartView,
});

// Address book.

export const listAddresses = endpoint({
  method: 'GET',
  path: '/api/mall/addresses',
  summary: 'The address book, the default one first.',
  response: z.object({ items: z.array(Address) }),
});
export const addAddress = endpoint({
  method: 'POST',
  path: '/api/mall/addresses',
  summary: 'Adds an address.',
  body: AddressContent,
  response: Address,
});
export const changeAddress = endpoint({
  method: 'PUT',
  path: '/api/mall/addresses/:addressId',
  summary: 'Changes an address.',
  params: z.object({ addressId: uuid }),
  body: AddressContent,
  response: Address,
});
export const removeAddress = endpoint({
  method: 'DELETE',
  path: '/api/mall/addresses/:addressId',
  summary: 'Removes an address; orders keep theirs.',
  params: z.object({ addressId: uuid }),
  response: done,
});
export const parseAddress = endpoint({
  method: 'POST',
  path: '/api/mall/addresses/parsed',
  isRead: true,
  summary:
    'Takes a pasted text apart into name, phone and address; what is not recognised stays empty. Nothing is stored.',
  body: z.object({ text: z.string().min(1).max(500) }),
  response: AddressContent.omit({ isDefault: true }).extend({
    name: z.string(),
    phone: z.string(),
    province: z.string(),
    city: z.string(),
    street: z.string(),
  }),
});

// Checkout.

export const setBuyer = endpoint({
  method: 'PUT',
  path: '/api/mall/buyer',
  summary: 'How a guest who does not sign in can be reached about the order.',
  body: z.object({ name: z.string().trim().min(1).max(40), phone }),
  response: z.object({ maskedPhone: z.string(), name: z.string() }),
});
export const quoteCheckout = endpoint({
  method: 'POST',
  path: '/api/mall/checkout/quotes',
  isRead: true,
  summary:
    'What the selected lines (or the given ones) cost with these choices, every step explained; reserves nothing.',
  body: QuoteChoice,
  response: QuoteView,
});
export const submitOrder = endpoint({
  method: 'POST',
  path: '/api/mall/orders',
  summary:
    'Places the order: stock, coupon and points are held for it or nothing happens. The same key answers with the same order.',
  body: QuoteChoice.extend({
    /** Chosen by the client for this checkout; a repeat after a lost answer gives the same order. */
    submitKey: uuid,
    addressId: uuid,
    /** `quoteHash` and `payableFen` of the quote the buyer saw; another price is refused with `quote_changed`. */
    quoteHash: z.string().max(64),
    payableFen: z.number().int().min(0),
    remark: z.string().trim().max(200).default(''),
    /** Who shared what brought the buyer here, as `?t=` carried it. */
    traceCode: z
      .string()
      .regex(/^[0-9A-Za-z_-]{1,64}$/)
      .optional(),
  }),
  response: MallOrder,
});

// Orders of the customer, or placed by this device.

export const OrderTab = z.enum(['all', 'unpaid', 'to_ship', 'to_receive', 'done', 'after_sales']);

export const listOrders = endpoint({
  method: 'GET',
  path: '/api/mall/orders',
  summary: 'My orders, newest first.',
  query: z.object({ ...page, tab: OrderTab.default('all') }),
  response: z.object({ items: z.array(MallOrderSummary), nextCursor: z.string().nullable() }),
});
const byOrder = z.object({ orderId: uuid });
export const findOrder = endpoint({
  method: 'GET',
  path: '/api/mall/orders/:orderId',
  summary: 'One of my orders with its lines, price steps, payment, parcels and refunds.',
  params: byOrder,
  response: MallOrder,
});
export const cancelOrder = endpoint({
  method: 'POST',
  path: '/api/mall/orders/:orderId/cancellation',
  summary: 'Cancels an unpaid order and gives stock, coupon and points back.',
  params: byOrder,
  body: z.object({ reason: z.string().trim().max(100).default('') }),
  response: MallOrder,
});
export const confirmReceipt = endpoint({
  method: 'POST',
  path: '/api/mall/orders/:orderId/receipt',
  summary: 'The goods have arrived.',
  params: byOrder,
  body: z.object({}).optional(),
  response: MallOrder,
});
const RefundLines = z
  .array(z.object({ lineNo: z.number().int().positive(), quantity }))
  .min(1)
  .max(100);
export const quoteRefund = endpoint({
  method: 'POST',
  path: '/api/mall/orders/:orderId/refund-quotes',
  summary: 'What would come back for these quantities, to the cent: money, points, and whether freight is included.',
  params: byOrder,
  body: z.object({ lines: RefundLines }),
  response: z.object({
    amountFen: z.number(),
    freightFen: z.number(),
    points: z.number(),
    couponReturned: z.boolean(),
  }),
});
export const requestRefund = endpoint({
  method: 'POST',
  path: '/api/mall/orders/:orderId/refunds',
  summary: 'Asks for money back for some pieces of an order.',
  params: byOrder,
  body: z.object({
    kind: z.enum(['refund_only', 'return']),
    lines: RefundLines,
    reason: z.string().trim().min(1).max(60),
    description: z.string().trim().max(300).default(''),
  }),
  response: MallOrder,
});
export const withdrawRefund = endpoint({
  method: 'POST',
  path: '/api/mall/orders/:orderId/refunds/:refundId/withdrawal',
  summary: 'Takes a refund request back before the shop has decided.',
  params: z.object({ orderId: uuid, refundId: uuid }),
  body: z.object({}).optional(),
  response: MallOrder,
});

// Payment.

export const startPayment = endpoint({
  method: 'POST',
  path: '/api/mall/orders/:orderId/payments',
  summary: 'Starts paying an order with a provider, or gives the attempt that is already open.',
  params: byOrder,
  body: z.object({ provider: z.enum(['sandbox']).default('sandbox') }),
  response: PaymentView,
});
export const findPayment = endpoint({
  method: 'GET',
  path: '/api/mall/payments/:paymentId',
  summary: 'The state of a payment, for the page that waits for it.',
  params: z.object({ paymentId: uuid }),
  response: PaymentView,
});
export const paySandbox = endpoint({
  method: 'POST',
  path: '/api/mall/payments/:paymentId/sandbox',
  summary:
    'The sandbox cashier: pays or declines, and notifies the shop as a real provider would. Only in sandbox mode.',
  params: z.object({ paymentId: uuid }),
  body: z.object({ outcome: z.enum(['pay', 'decline']) }),
  response: PaymentView,
});
export const notifySandboxPayment = endpoint({
  method: 'POST',
  path: '/api/payments/sandbox/notifications',
  summary: 'Where the sandbox provider reports payments; the body is signed in the header `x-sandbox-signature`.',
  body: z.record(z.string(), z.unknown()),
  response: z.object({ result: z.enum(['processed', 'repeated', 'ignored']) }),
});
