import * as z from 'zod';

/** A standard event: what it is called, what it tells, who may say it. */
export interface StandardEvent {
  readonly name: string;
  readonly group: 'behaviour' | 'trade' | 'marketing' | 'service' | 'social' | 'customer';
  /** One English sentence for the API reference. */
  readonly summary: string;
  /** A business fact our own modules announce; other sources must be trusted to report it under this name. */
  readonly fact: boolean;
  /** Its properties; more than these are welcome. */
  readonly properties: z.ZodObject;
}

const id = z.union([z.string(), z.number()]);
const text = z.string();
const fen = z.int();
const count = z.number();
const durationMs = z.number().nonnegative();
const decimal = z.union([z.number(), z.string()]);
const loose = (shape: z.ZodRawShape) => z.looseObject(shape);
const product = {
  product_id: id.optional(),
  sku: id.optional(),
  name: text.optional(),
  category: text.optional(),
  brand: text.optional(),
  price: decimal.optional(),
  price_fen: fen.optional(),
  quantity: count.optional(),
  position: count.optional(),
};
const page = { path: text.optional(), url: text.optional(), title: text.optional(), referrer: text.optional() };
const order = {
  order_id: id,
  channel: text.optional(),
  store_id: z.int().optional(),
  amount_fen: fen.optional(),
  currency: text.optional(),
};
const message = { message_id: id.optional(), message_channel: text.optional(), journey_id: id.optional() };
const share = { trace_code: text.optional(), product_id: id.optional(), target: text.optional() };
const coupon = { coupon_id: id, template_id: id.optional(), order_id: id.optional(), amount_fen: fen.optional() };
const live = { room_id: id, host_id: id.optional(), title: text.optional() };
const points = { points: z.int(), reference: text.optional() };
const ticket = { ticket_id: id, flow: text.optional() };
const customers = {
  from_customer_id: z.int().optional(),
  to_customer_id: z.int().optional(),
  origin_ids: z.array(z.int()).optional(),
};

type Entry = readonly [name: string, summary: string, shape: z.ZodRawShape];
const group = (name: StandardEvent['group'], fact: boolean, entries: readonly Entry[]): StandardEvent[] =>
  entries.map(([event, summary, shape]) => ({ name: event, group: name, summary, fact, properties: loose(shape) }));

/** Names our own calls carry when the sender gives none. */
export const typeNames = {
  page: 'Page Viewed',
  screen: 'Screen Viewed',
  identify: 'Traits Reported',
  group: 'Group Joined',
  alias: 'Alias Reported',
} as const;

/** The event catalogue. Other names are welcome as custom events; they have no schema to depart from. */
export const standardEvents: readonly StandardEvent[] = [
  ...group('behaviour', false, [
    [typeNames.page, 'A page was opened.', { ...page, name: text.optional() }],
    [typeNames.screen, 'A screen of an app or mini-program was opened.', { ...page, name: text.optional() }],
    [
      'Page Left',
      'A page was left; tells how long it was visible and active.',
      { ...page, visible_ms: durationMs.optional(), active_ms: durationMs.optional(), scroll_depth: count.optional() },
    ],
    [
      'Section Viewed',
      'A named part of a page (size chart, manual, ingredients) was on screen.',
      { ...page, section: text, visible_ms: durationMs.optional() },
    ],
    ['Section Clicked', 'A named part of a page was clicked.', { ...page, section: text }],
    [
      'Element Clicked',
      'Something on a page was clicked; positions feed the heat map.',
      { ...page, x: count.optional(), y: count.optional() },
    ],
    [
      'Page Measured',
      'Loading times of a page as the visitor had them.',
      { ...page, ttfb_ms: durationMs.optional(), lcp_ms: durationMs.optional(), inp_ms: durationMs.optional() },
    ],
    ['Product Exposed', 'A product card was on screen.', product],
    ['Product Viewed', 'A product was looked at.', product],
    ['Product Searched', 'Products were searched.', { query: text, results: count.optional() }],
    ['Product Added', 'A product was put into the cart.', product],
    ['Product Removed', 'A product was taken out of the cart.', product],
    ['Product Favourited', 'A product was added to the favourites.', product],
    ['Cart Viewed', 'The cart was looked at.', { items: count.optional(), amount_fen: fen.optional() }],
    ['Checkout Started', 'The checkout was opened.', { order_id: id.optional(), amount_fen: fen.optional() }],
    ['Store Visited', 'Somebody came into a store.', { store_id: z.int(), channel: text.optional() }],
    ['Application Opened', 'An app or mini-program was opened.', { scene: id.optional() }],
    [typeNames.identify, 'Traits of a person were reported.', {}],
    [typeNames.group, 'A person was reported as part of a group.', { group_id: id.optional() }],
    [typeNames.alias, 'Two identifiers were reported to be one person.', {}],
  ]),
  ...group('trade', true, [
    ['Order Placed', 'An order was placed in any channel.', order],
    ['Order Paid', 'An order was paid.', order],
    ['Order Shipped', 'A parcel of an order left.', { ...order, shipment_id: id.optional() }],
    ['Order Received', 'The buyer received the order.', order],
    ['Order Cancelled', 'An order was cancelled before it was paid or shipped.', order],
    ['Order Refunded', 'Money of an order was paid back.', { ...order, refund_id: id.optional() }],
    ['Order Included', 'An order counts again in analysis.', order],
    ['Order Excluded', 'An order was flagged (test, brushing …) and no longer counts in analysis.', order],
    ['Order Attributed', 'The channel, store or guide of an order was decided.', order],
    ['Order Reviewed', 'A buyer reviewed an order.', { ...order, rating: count.optional() }],
  ]),
  ...group('marketing', true, [
    ['Coupon Received', 'A customer got a coupon.', coupon],
    ['Coupon Used', 'A coupon was used.', coupon],
    ['Coupon Released', 'A coupon locked by an order is free again.', coupon],
    ['Coupon Expired', 'A coupon expired.', coupon],
    ['Points Earned', 'Points were earned.', points],
    ['Points Spent', 'Points were spent.', points],
    ['Points Clawed Back', 'Points were taken back because of a refund.', { ...points, order_id: id.optional() }],
    ['Points Available', 'Pending points can be spent from now on.', points],
    [
      'Points Expiring',
      'Points expire in some days if they are not spent.',
      { ...points, days: count, expires_on: text },
    ],
    ['Points Expired', 'Points expired.', points],
    ['Tier At Risk', 'A member loses the tier unless there is an order in time.', { tier: text, until: text }],
    [
      'Tier Changed',
      'The tier of a member changed.',
      { tier: text, previous_tier: text.optional(), reason: text.optional() },
    ],
    ['Segment Entered', 'A customer entered a segment.', { segment_id: id }],
    ['Segment Left', 'A customer left a segment.', { segment_id: id }],
    ['Tag Added', 'A customer got a tag.', { tag: text }],
    ['Tag Removed', 'A customer lost a tag.', { tag: text }],
    ['Message Sent', 'A message was sent.', message],
    ['Message Delivered', 'A message arrived.', message],
    ['Message Opened', 'A message was opened.', message],
    ['Message Failed', 'A message could not be delivered.', { ...message, reason: text.optional() }],
  ]),
  ...group('marketing', false, [
    ['Message Clicked', 'A link of a message was opened.', { ...message, url: text.optional() }],
    ['Message Replied', 'A message was answered.', message],
    ['Message Unsubscribed', 'A customer wants no more messages.', message],
    ['Checked In', 'A customer checked in for the day.', { streak: count.optional() }],
    ['Coupon Viewed', 'A coupon was looked at.', { template_id: id.optional() }],
    ['Form Submitted', 'A form was submitted.', { form_id: id }],
    [
      'Ad Clicked',
      'An advertisement was clicked.',
      { click_id: text.optional(), platform: text.optional(), creative: text.optional() },
    ],
  ]),
  ...group('social', false, [
    ['Live Room Entered', 'A live room was entered.', live],
    ['Live Room Left', 'A live room was left.', { ...live, visible_ms: durationMs.optional() }],
    [
      'Live Room Interacted',
      'A viewer commented, liked or sent a gift in a live room.',
      { ...live, action: text.optional() },
    ],
    ['Content Liked', 'A post was liked.', { content_id: id.optional() }],
    ['Content Commented', 'A post was commented.', { content_id: id.optional() }],
    ['Account Followed', 'An official or social account was followed.', { account: text.optional() }],
    ['Account Unfollowed', 'An official or social account was left.', { account: text.optional() }],
    ['Menu Clicked', 'A menu of an official account was used.', { key: text.optional() }],
  ]),
  ...group('service', false, [
    [
      'Chat Message Sent',
      'A chat message was exchanged.',
      { direction: text.optional(), message_channel: text.optional() },
    ],
    ['Call Ended', 'A telephone call ended.', { direction: text.optional(), duration_ms: durationMs.optional() }],
    ['Consultation Started', 'A customer asked for advice.', { product_id: id.optional() }],
  ]),
  ...group('service', true, [
    ['Contact Added', 'A guide and a customer became WeCom contacts.', { guide_id: id.optional() }],
    ['Contact Removed', 'A WeCom contact was removed.', { guide_id: id.optional(), removed_by: text.optional() }],
    ['Ticket Opened', 'A ticket was opened.', ticket],
    ['Ticket Closed', 'A ticket was closed.', ticket],
  ]),
  ...group('social', true, [
    ['Share Created', 'A customer shared something.', share],
    ['Share Opened', 'A shared link was opened.', share],
  ]),
  ...group('trade', true, [
    [
      'Commission Confirmed',
      'A commission became payable.',
      { commission_id: id.optional(), order_id: id.optional(), amount_fen: fen.optional() },
    ],
    [
      'Statement Closed',
      'A settlement statement was closed.',
      { statement_id: id.optional(), amount_fen: fen.optional() },
    ],
  ]),
  ...group('customer', true, [
    [
      'Customer Created',
      'A customer appeared for the first time.',
      { known: z.boolean().optional(), cause: text.optional() },
    ],
    ['Customer Identified', 'An anonymous customer became known.', { cause: text.optional() }],
    [
      'Consent Given',
      'A customer agreed to a purpose.',
      { purpose: text.optional(), message_channel: text.optional() },
    ],
    [
      'Consent Withdrawn',
      'A customer no longer agrees to a purpose.',
      { purpose: text.optional(), message_channel: text.optional() },
    ],
    ['Customer Merged', 'Two customers turned out to be one.', customers],
    ['Customer Split', 'One customer turned out to be two.', customers],
    ['Customer Erased', 'A person was erased for good at their wish.', customers],
  ]),
];

const byName = new Map(standardEvents.map((event) => [event.name, event]));
const factNames = new Set(standardEvents.filter(({ fact }) => fact).map(({ name }) => name.toLowerCase()));

/** The standard event of this exact name. */
export function standardEvent(name: string): StandardEvent | undefined {
  return byName.get(name);
}

/** Whether the name belongs to a business fact, however it is capitalised: subscriptions move money on these names. */
export function isFactName(name: string): boolean {
  return factNames.has(name.trim().toLowerCase());
}
