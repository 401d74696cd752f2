import { customerSummaries } from '#customers';
import type { Context } from '#platform/context';
import { InvalidInput } from '#platform/errors';

interface Filter {
  readonly state?: string | undefined;
  readonly channel?: string | undefined;
  readonly customerId?: number | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

interface SendRow {
  sendId: string;
  customerId: number;
  templateName: string | null;
  channel: 'inbox' | 'email' | 'log';
  touchClass: 'service' | 'marketing';
  state: 'reserved' | 'sending' | 'sent' | 'failed' | 'suppressed' | 'unknown';
  reason: string | null;
  journeyId: string | null;
  createdAt: Date;
  sentAt: Date | null;
  openedAt: Date | null;
}

function readCursor(cursor: string | undefined): { at: string | null; id: string | null } {
  if (cursor === undefined) return { at: null, id: null };
  const [at = '', id = ''] = cursor.split('_');
  if (Number.isNaN(Date.parse(at)) || !/^[0-9a-f-]{36}$/.test(id))
    throw new InvalidInput([{ path: 'cursor', message: 'is not one of ours' }]);
  return { at, id };
}

/** Messages newest first, to customers the caller may see, with the figures of the last 30 days. */
export async function listSends(ctx: Context, filter: Filter) {
  const { at, id } = readCursor(filter.cursor);
  const rows = await ctx.tx.query<SendRow>(
    `select s.send_id as "sendId", s.customer_id as "customerId", t.name as "templateName", s.channel, s.touch_class as "touchClass", s.state,
            s.reason, s.journey_id as "journeyId", s.created_at as "createdAt", s.sent_at as "sentAt", s.opened_at as "openedAt"
       from messaging.sends s
       join customers.people p on p.tenant_id = s.tenant_id and p.customer_id = s.customer_id
       left join messaging.templates t on t.tenant_id = s.tenant_id and t.template_id = s.template_id
      where s.tenant_id = $1 and ($2::text is null or s.state = $2) and ($3::text is null or s.channel = $3)
        and ($4::bigint is null or s.customer_id = $4)
        and ($5::timestamptz is null or (s.created_at, s.send_id) < ($5::timestamptz, $6::uuid))
      order by s.created_at desc, s.send_id desc limit $7`,
    [ctx.tenantId, filter.state ?? null, filter.channel ?? null, filter.customerId ?? null, at, id, filter.limit + 1],
  );
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  const people = new Map(
    (
      await customerSummaries(
        ctx,
        page.map(({ customerId }) => customerId),
      )
    ).map((one) => [one.customerId, one]),
  );
  const [figures] = await ctx.tx.query<{ sent: number; opened: number; suppressed: number; failed: number }>(
    `select count(*) filter (where state = 'sent')::int as sent, count(*) filter (where opened_at is not null)::int as opened,
            count(*) filter (where state = 'suppressed')::int as suppressed, count(*) filter (where state in ('failed', 'unknown'))::int as failed
       from messaging.sends where tenant_id = $1 and created_at > now() - interval '30 days'`,
    [ctx.tenantId],
  );
  return {
    items: page.map((row) => ({ ...row, displayName: people.get(row.customerId)?.displayName ?? '' })),
    nextCursor: rows.length > filter.limit && last ? `${last.createdAt.toISOString()}_${last.sendId}` : null,
    figures: figures ?? { sent: 0, opened: 0, suppressed: 0, failed: 0 },
  };
}
