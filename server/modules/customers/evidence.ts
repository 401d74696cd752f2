import type { Tx } from '#platform/database';
import type { IdentifierRef } from '#platform/log/event';
import type { Services } from '#platform/services';

/** What identity needs of a request, a job or a micro-batch. */
export interface IdentityContext {
  readonly tx: Tx;
  readonly now: Date;
  readonly vaults: Pick<Services['vaults'], 'forTenant'>;
}

/** Identifiers seen together in one event, order or import row: all of one person, as far as the reporter knows. */
export interface Evidence {
  readonly tenantId: number;
  readonly identifiers: readonly IdentifierRef[];
  readonly at: Date;
  /** The source that reported it; 0 for the product itself. */
  readonly sourceId: number;
  /** What kind of record brought it, one of `evidenceCauses`; anything else counts as `event`. */
  readonly cause: string;
  /** Typed by a visitor and not verified: never joins two known people. */
  readonly claimed?: boolean | undefined;
  /** What the record says about the person (name, birthday, city …). */
  readonly traits?: Readonly<Record<string, unknown>> | undefined;
}

/** Who the evidence is about. */
export interface Resolution {
  /** The customer today; null when no identifier can name one person. */
  readonly customerId: number | null;
  /** The immutable origin to store beside `customer_id`: the evidence's most telling identifier. */
  readonly originCustomerId: number | null;
  /** Decimal text of an unsigned 64-bit number, the same for ever for the same identifier. */
  readonly subjectKey: string;
}

/** What brings evidence, in the order of the bits of `links.causes`. */
export const evidenceCauses = ['event', 'order', 'identify', 'alias', 'import', 'sign_in', 'contact', 'staff'] as const;

/** The bit of a cause in `links.causes`. */
export function causeBit(cause: string): number {
  const index = (evidenceCauses as readonly string[]).indexOf(cause);
  return 1 << Math.max(index, 0);
}

/** The causes of a bit set. */
export function causesOf(bits: number): string[] {
  return evidenceCauses.filter((_, index) => (bits & (1 << index)) !== 0);
}

const dayMs = 86_400_000;

/** Days since 1970-01-01 (UTC): evidence is kept by the day, so that hot identifiers are not rewritten with every event. */
export function dayOf(at: Date): number {
  return Math.floor(at.getTime() / dayMs);
}

/** The first instant of such a day. */
export function dayStart(day: number): Date {
  return new Date(day * dayMs);
}
