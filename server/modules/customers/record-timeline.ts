import { hash } from 'node:crypto';

import type { Tx } from '#platform/database';
import type { PipelineContext, ResolvedEvent } from '#platform/log/event';
import { scrub } from '#platform/personal-data';

import { sqlList } from './sql-list.ts';

/** What of an event's properties the timeline tells; everything else stays in the log and the warehouse. */
const told = [
  'order_no',
  'channel',
  'shop',
  'store_id',
  'currency',
  'amount_minor',
  'amount_fen',
  'quantity',
  'line_count',
  'refund_no',
  'product_id',
  'sku',
  'name',
  'title',
  'category',
  'path',
  'query',
  'section',
  'visible_ms',
  'coupon_id',
  'template_id',
  'points',
  'tier_code',
  'reason',
  'trace_code',
  'target',
  'message_id',
  'message_channel',
  'template_name',
  'journey_id',
  'journey_name',
  'segment_id',
  'segment_name',
  'tag_id',
  'tag_name',
  'ticket_id',
  'ticket_no',
  'room_id',
  'group_code',
  'from_customer_id',
  'to_customer_id',
  'known',
  'cause',
  'purpose',
  'rating',
] as const;

/** What the product does about a customer, as opposed to what the customer does. */
const ours =
  /^(?:Customer|Tag|Segment|RFM|Journey|Message (?:Sent|Delivered|Failed|Suppressed)|Order (?:Excluded|Included)|Consent)/;

/** Writes the events of everybody onto their timelines and notes when each was last seen. */
export async function recordTimeline({ tx }: PipelineContext, events: readonly ResolvedEvent[]): Promise<void> {
  const mine = events.filter(({ originCustomerId }) => originCustomerId !== null);
  if (mine.length === 0) return;
  await ensureMonths(tx, mine);
  await tx.execute(
    `insert into customers.timeline (tenant_id, origin_customer_id, at, n, name, channel, source_id, reference, details)
     select n.* from unnest($1::int[], $2::bigint[], $3::timestamptz[], $4::bigint[], $5::text[], $6::text[], $7::int[], $8::text[], $9::jsonb[])
            n(tenant, origin, at, n, name, channel, source, reference, details)
     on conflict do nothing`,
    [
      sqlList(mine.map(({ tenantId }) => tenantId)),
      sqlList(mine.map(({ originCustomerId }) => originCustomerId)),
      mine.map(({ occurredAt }) => instant(occurredAt)),
      sqlList(mine.map(numberOf)),
      mine.map(({ name }) => storable(name, 200)),
      mine.map(channelOf),
      sqlList(mine.map(({ sourceId }) => sourceId)),
      mine.map(referenceOf),
      mine.map(({ properties }) => JSON.stringify(detailsOf(properties))),
    ],
  );
  await noteSeen(tx, mine);
}

const earliest = Date.UTC(1990, 0, 1);
const latest = Date.UTC(2099, 11, 31);

function instant(ms: number): Date {
  return new Date(Math.min(Math.max(ms, earliest), latest));
}

/** Partitions are made when the first event of a month comes, however old. */
async function ensureMonths(tx: Tx, events: readonly ResolvedEvent[]): Promise<void> {
  const months = new Set(events.map(({ occurredAt }) => `${instant(occurredAt).toISOString().slice(0, 7)}-01`));
  await tx.query(`select customers.ensure_timeline_months($1::date[])`, [[...months]]);
}

function numberOf({ tenantId, sourceId, messageId }: ResolvedEvent): number {
  const digest = hash('sha256', `${tenantId}|${sourceId}|${messageId}`, 'buffer');
  return Number(digest.readBigUInt64BE(0) >> 11n);
}

function channelOf({ properties }: ResolvedEvent): string {
  const channel = properties['channel'] ?? properties['message_channel'];
  return typeof channel === 'string' ? storable(channel, 40) : '';
}

function referenceOf({ properties }: ResolvedEvent): string {
  const reference = properties['order_no'] ?? properties['ticket_no'];
  return typeof reference === 'string' || typeof reference === 'number' ? storable(String(reference), 100) : '';
}

function detailsOf(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const key of told) {
    const value = properties[key];
    if (typeof value === 'string') kept[key] = storable(value, 200);
    else if (typeof value === 'number' || typeof value === 'boolean') kept[key] = value;
  }
  return scrub(kept).properties;
}

/** Cut, and without what Postgres cannot keep in a text. */
function storable(text: string, longest: number): string {
  return text.replaceAll('\0', '').slice(0, longest).toWellFormed();
}

async function noteSeen(tx: Tx, events: readonly ResolvedEvent[]): Promise<void> {
  const seen = new Map<string, { tenantId: number; customerId: number; first: number; last: number }>();
  for (const { tenantId, resolvedCustomerId, occurredAt, name } of events) {
    if (resolvedCustomerId === null || ours.test(name)) continue;
    const key = `${tenantId}:${resolvedCustomerId}`;
    const before = seen.get(key);
    seen.set(key, {
      tenantId,
      customerId: resolvedCustomerId,
      first: Math.min(before?.first ?? occurredAt, occurredAt),
      last: Math.max(before?.last ?? occurredAt, occurredAt),
    });
  }
  const rows = [...seen.values()];
  await tx.execute(
    // A minute's precision is enough, and spares the row of somebody who is clicking right now.
    `update customers.customers c
        set last_seen_at = greatest(c.last_seen_at, n.last), first_seen_at = least(c.first_seen_at, n.first)
       from unnest($1::int[], $2::bigint[], $3::timestamptz[], $4::timestamptz[]) n(tenant, id, first, last)
      where c.tenant_id = n.tenant and c.customer_id = n.id
        and (c.last_seen_at < n.last - interval '1 minute' or c.first_seen_at > n.first)`,
    [
      sqlList(rows.map(({ tenantId }) => tenantId)),
      sqlList(rows.map(({ customerId }) => customerId)),
      rows.map(({ first }) => instant(first)),
      rows.map(({ last }) => instant(last)),
    ],
  );
}
