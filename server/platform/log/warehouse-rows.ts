import type { ResolvedEvent } from '#platform/log/event';
import { eventsPerBatch } from '#platform/log/log-reader';
import { scrub } from '#platform/personal-data';

const kinds = { track: 1, identify: 2, page: 3, screen: 4, group: 5, alias: 6 } as const;

/** Characters that take at most 127 bytes of UTF-8, so that their length is one byte. */
const shortText = 42;

/** Growing buffer in ClickHouse's RowBinary. */
class RowBuffer {
  #bytes = Buffer.allocUnsafe(1 << 20);
  #end = 0;

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#end + bytes));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
  u8(value: number): void {
    this.#reserve(1);
    this.#end = this.#bytes.writeUInt8(value, this.#end);
  }
  u32(value: number): void {
    this.#reserve(4);
    this.#end = this.#bytes.writeUInt32LE(value, this.#end);
  }
  i32(value: number): void {
    this.#reserve(4);
    this.#end = this.#bytes.writeInt32LE(value, this.#end);
  }
  u64(value: bigint): void {
    this.#reserve(8);
    this.#end = this.#bytes.writeBigUInt64LE(value, this.#end);
  }
  /** A safe integer as 64 bits, in two's complement: several times faster than through a bigint. */
  whole64(value: number): void {
    this.#reserve(8);
    const high = Math.floor(value / 4_294_967_296);
    this.#end = this.#bytes.writeUInt32LE(value - high * 4_294_967_296, this.#end);
    this.#end = this.#bytes.writeInt32LE(high, this.#end);
  }
  text(value: string): void {
    if (value === '') return this.u8(0);
    if (value.length <= shortText) {
      this.#reserve(shortText * 3 + 1);
      const length = this.#bytes.write(value, this.#end + 1);
      this.#bytes[this.#end] = length;
      this.#end += length + 1;
      return;
    }
    const length = Buffer.byteLength(value);
    this.#reserve(length + 5);
    let rest = length;
    while (rest > 127) {
      this.#bytes[this.#end] = (rest & 127) | 128;
      this.#end += 1;
      rest >>>= 7;
    }
    this.#bytes[this.#end] = rest;
    this.#end += 1;
    this.#end += this.#bytes.write(value, this.#end);
  }
  taken(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }
}

/** A batch to write; places of events left out stay empty, for the place is part of an event's number. */
export interface BatchToWrite {
  readonly n: number;
  readonly events: readonly (ResolvedEvent | undefined)[];
}

/** Rows of `events` in the table's column order, as RowBinary; personal data is left out of properties and context. */
export function toEventRows(batches: readonly BatchToWrite[]): Buffer {
  const rows = new RowBuffer();
  for (const { n, events } of batches) {
    const base = n * eventsPerBatch;
    for (const [index, event] of events.entries()) if (event) writeRow(rows, event, base + index);
  }
  return rows.taken();
}

function writeRow(rows: RowBuffer, event: ResolvedEvent, ingestSeq: number): void {
  const { properties } = scrub(event.properties);
  const context = scrub(event.context ?? {}).properties;
  const campaign = object(context['campaign']);
  const page = object(context['page']);
  rows.u32(event.tenantId);
  rows.u64(BigInt(event.subjectKey));
  rows.whole64(event.resolvedCustomerId ?? 0);
  rows.whole64(event.originCustomerId ?? 0);
  rows.text(event.name);
  rows.whole64(inDateTime64(event.occurredAt));
  rows.whole64(event.receivedAt);
  rows.whole64(ingestSeq);
  rows.text(event.messageId);
  rows.u8(kinds[event.type]);
  rows.u32(event.sourceId);
  rows.text(text(properties['channel'] ?? context['channel']));
  rows.u32(whole(properties['store_id'], 0, 4_294_967_295));
  rows.text(text(properties['session_id'] ?? context['sessionId'] ?? context['session_id']));
  rows.text(text(properties['path'] ?? page['path'], 500));
  rows.text(text(properties['utm_source'] ?? campaign['source']));
  rows.text(text(properties['utm_medium'] ?? campaign['medium']));
  rows.text(text(properties['utm_campaign'] ?? campaign['name']));
  rows.text(text(properties['trace_code']));
  rows.text(text(properties['order_id']));
  rows.text(text(properties['product_id']));
  rows.text(text(properties['sku']));
  rows.i32(whole(properties['quantity'], -2_147_483_648, 2_147_483_647));
  rows.whole64(amountFen(properties));
  rows.text(text(properties['currency'], 10));
  rows.text(JSON.stringify(properties));
  rows.text(JSON.stringify(context));
}

function text(value: unknown, most = 200): string {
  if (typeof value === 'string') return value.slice(0, most);
  return typeof value === 'number' ? String(value) : '';
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function whole(value: unknown, least: number, most: number): number {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return 0;
  return Math.min(most, Math.max(least, Math.trunc(number)));
}

/** Our own events carry whole fen; shops speaking Segment's language carry yuan as revenue, total or value. */
function amountFen(properties: Readonly<Record<string, unknown>>): number {
  const limit = Number.MAX_SAFE_INTEGER;
  if (properties['amount_fen'] !== undefined) return whole(properties['amount_fen'], -limit, limit);
  const yuan = properties['revenue'] ?? properties['total'] ?? properties['value'];
  const number = typeof yuan === 'string' && yuan !== '' ? Number(yuan) : yuan;
  if (typeof number !== 'number' || !Number.isFinite(number)) return 0;
  return Math.min(limit, Math.max(-limit, Math.round(number * 100)));
}

/** DateTime64 ends in 2299 and begins in 1900; anything outside was a broken clock. */
function inDateTime64(ms: number): number {
  return Math.min(10_413_791_999_999, Math.max(-2_208_988_800_000, ms));
}

/** A row of `customer_overrides`: whose the facts of an origin are since a merge or split. */
export interface OverrideRow {
  readonly tenant_id: number;
  readonly origin_customer_id: number;
  readonly customer_id: number;
  readonly version: number;
}

/** The overrides that `Customer Merged` and `Customer Split` events order. */
export function overridesOf(batches: readonly BatchToWrite[]): OverrideRow[] {
  return batches.flatMap(({ events }) =>
    events.flatMap((event) => {
      if (!event) return [];
      const { sourceId, name, tenantId, properties } = event;
      // Only our own announcements (source 0) may move customers; a stranger can send any event name.
      if (sourceId !== 0 || (name !== 'Customer Merged' && name !== 'Customer Split')) return [];
      const { origin_ids: origins, to_customer_id: customerId, version } = properties;
      if (!Array.isArray(origins) || typeof customerId !== 'number' || typeof version !== 'number') return [];
      return origins
        .filter((origin): origin is number => Number.isSafeInteger(origin))
        .map((origin) => ({ tenant_id: tenantId, origin_customer_id: origin, customer_id: customerId, version }));
    }),
  );
}
