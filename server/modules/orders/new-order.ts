import type { Context } from '#platform/context';
import type { IdentifierRef } from '#platform/log/event';
import type { Services } from '#platform/services';

/** What order verbs need of a context; a request's context and a job's both have it. */
export type OrdersContext = Pick<Context, 'tx' | 'tenantId' | 'now'> & { readonly services: Pick<Services, 'vaults'> };

/** `sale` is an ordinary order, `return` a document of its own that takes goods back (negative amounts), `adjustment` bookkeeping. */
export type OrderKind = 'sale' | 'return' | 'adjustment';

/** The furthest stage the order has reached. `refunded` means entirely; partial refunds only show in `refundedMinor`. */
export type OrderStatus = 'placed' | 'paid' | 'shipped' | 'received' | 'cancelled' | 'refunded';

/** What a line is about; only `goods` count as turnover. */
export type LineKind = 'goods' | 'freight' | 'fee' | 'discount' | 'gift_card' | 'adjustment';

/** To whom the goods go, in plain text; stored encrypted. Leave out what the channel masks. */
export interface Receiver {
  readonly name?: string | undefined;
  readonly phone?: string | undefined;
  readonly province?: string | undefined;
  readonly city?: string | undefined;
  readonly district?: string | undefined;
  readonly address?: string | undefined;
}

/** The order as a whole at the source's time. Absent amounts are 0. All amounts in the currency's minor unit. */
export interface OrderHead {
  readonly kind?: OrderKind | undefined;
  readonly status: OrderStatus;
  readonly currency?: string | undefined;
  readonly placedAt: Date;
  /** On whose clock the order's day is counted, e.g. `Europe/London`; Asia/Shanghai when absent. */
  readonly timeZone?: string | undefined;
  readonly paidAt?: Date | undefined;
  readonly shippedAt?: Date | undefined;
  readonly receivedAt?: Date | undefined;
  readonly cancelledAt?: Date | undefined;
  readonly goodsMinor?: number | undefined;
  readonly discountMinor?: number | undefined;
  readonly freightMinor?: number | undefined;
  readonly taxMinor?: number | undefined;
  readonly payableMinor: number;
  readonly paidMinor?: number | undefined;
  readonly receiver?: Receiver | undefined;
  /** The buyer's or seller's note; stored encrypted. */
  readonly remark?: string | undefined;
  /** Who or what brought the order: `guide_id`, `host_id`, `live_room`, `campaign`, `trace_code` …; no personal data. */
  readonly attribution?: Readonly<Record<string, string | number>> | undefined;
}

export interface NewLine {
  /** The line's own number at the source, when it has one. */
  readonly sourceLineNo?: string | undefined;
  readonly kind?: LineKind | undefined;
  readonly skuId?: string | undefined;
  readonly productId?: string | undefined;
  /** The channel's or merchant's code; looked up in the catalogue when `skuId` is absent. */
  readonly skuCode?: string | undefined;
  readonly title?: string | undefined;
  readonly spec?: string | undefined;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly discountMinor?: number | undefined;
  /** What the buyer owes for the line after all discounts. */
  readonly amountMinor: number;
  /** Only when the line was rung up at another moment than the order. */
  readonly addedAt?: Date | undefined;
}

export interface NewPayment {
  readonly paymentNo: string;
  readonly method: string;
  readonly amountMinor: number;
  readonly paidAt: Date;
}

export interface NewRefund {
  readonly refundNo: string;
  /** The order line (its position, from 1) it concerns; absent for the whole order. */
  readonly lineNo?: number | undefined;
  readonly status: 'requested' | 'done' | 'refused';
  readonly quantity?: number | undefined;
  /** Everything refunded under this number so far. */
  readonly amountMinor: number;
  readonly reason?: string | undefined;
  readonly requestedAt?: Date | undefined;
  readonly refundedAt?: Date | undefined;
}

export interface NewShipment {
  readonly shipmentNo: string;
  readonly carrier?: string | undefined;
  readonly trackingNo?: string | undefined;
  readonly shippedAt?: Date | undefined;
  readonly receivedAt?: Date | undefined;
}

/**
 * What a source says about one of its orders at a moment. Each part present replaces that part when it is newer than what is known;
 * parts left out stay as they are. Sent twice, or late, it changes nothing.
 */
export interface NewOrder {
  /** 0 for our own mall. */
  readonly sourceId: number;
  readonly sourceOrderNo: string;
  /** When the source made this version of the order. */
  readonly sourceUpdatedAt: Date;
  /** Breaks ties of `sourceUpdatedAt` and stage: a file's upload time in ms. */
  readonly sourceVersion?: number | undefined;
  /** The id for an order that does not exist yet (from `newId()`), when the caller must know it beforehand. */
  readonly orderId?: string | undefined;
  readonly channel: string;
  readonly shop?: string | undefined;
  readonly storeId?: number | undefined;
  /** The buyer when already known (the mall). */
  readonly customerId?: number | undefined;
  /** Otherwise whatever the source knows of the buyer; none keeps the order anonymous until someone claims it. */
  readonly buyer?: readonly IdentifierRef[] | undefined;
  readonly head?: OrderHead | undefined;
  readonly lines?: readonly NewLine[] | undefined;
  readonly payments?: readonly NewPayment[] | undefined;
  readonly refunds?: readonly NewRefund[] | undefined;
  readonly shipments?: readonly NewShipment[] | undefined;
  /** History rather than news: announced with `backfill: true`, so that nobody is greeted for last year's order. */
  readonly isBackfill?: boolean | undefined;
  readonly importId?: string | undefined;
}

/** `older`: everything it says was known in a newer version; `unchanged`: it was known exactly so. */
export type RecordOutcome = 'created' | 'updated' | 'unchanged' | 'older';

export interface RecordedOrder {
  readonly orderId: string;
  readonly customerId: number | null;
  readonly outcome: RecordOutcome;
}
