import type { Tx } from '#platform/database';
import type { Services } from '#platform/services';

/** An identifier of a person as an event carries it, already normalised by its kind's rules. */
export interface IdentifierRef {
  /** `phone`, `unionid`, `openid`, `external_userid`, `buyer_id`, `member_no`, `email`, `device` … */
  readonly kind: string;
  /** Within what the value is unique: appid, corp id, shop; '' when it is global. */
  readonly scope: string;
  readonly value: string;
}

export type EventType = 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias';

/** One fact about a person: behaviour sent by a source, or a business fact announced by a module. */
export interface LogEvent {
  readonly tenantId: number;
  readonly sourceId: number;
  /** Unique per tenant and source for seven days; a repeat is counted once. */
  readonly messageId: string;
  readonly type: EventType;
  /** Name from the event catalogue, e.g. `Order Paid`; page and screen views carry `Page Viewed`, `Screen Viewed`. */
  readonly name: string;
  /** When it happened (UTC milliseconds, corrected for the sender's clock). */
  readonly occurredAt: number;
  /** When we accepted it (UTC milliseconds). */
  readonly receivedAt: number;
  readonly identifiers: readonly IdentifierRef[];
  /** The identifiers were typed by a visitor and nobody has verified them: they must not join two known customers. */
  readonly claimed?: boolean | undefined;
  /** Set when the announcer already knows the customer, so that no identity needs resolving. */
  readonly customerId?: number | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly traits?: Readonly<Record<string, unknown>> | undefined;
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

/** An event whose person is known: what subscriptions receive. */
export interface ResolvedEvent extends LogEvent {
  /** The customer today (after merges); null for an event without any usable identifier. */
  readonly resolvedCustomerId: number | null;
  /** The customer the event was first resolved to; never changes. */
  readonly originCustomerId: number | null;
  /** Immutable hash of the identifier as sent (decimal text of an unsigned 64-bit number): the sort key in the warehouse. */
  readonly subjectKey: string;
}

/** What a subscription works with: one transaction over all tenants of the batch, committed with the log position. */
export interface PipelineContext {
  readonly tx: Tx;
  readonly now: Date;
  readonly services: Services;
}

/** A module's reaction to events. Runs in the transaction that moves the log position: its effects happen exactly once. */
export interface Subscription {
  readonly name: string;
  readonly events: readonly string[] | '*';
  handle(ctx: PipelineContext, events: readonly ResolvedEvent[]): Promise<void>;
}
