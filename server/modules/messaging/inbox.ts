import * as z from 'zod';

import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';
import { emit } from '#platform/outbox';

const Content = z.object({ subject: z.string(), body: z.string() });

/** A customer's messages in the mall, newest first, with how many are unread. */
export async function listInbox(
  ctx: Context,
  customerId: number,
  { limit, before }: { limit: number; before?: Date | undefined },
) {
  const rows = await ctx.tx.query<{ send_id: string; content: Buffer; sent_at: Date; opened_at: Date | null }>(
    `select send_id, content, sent_at, opened_at from messaging.sends
      where tenant_id = $1 and customer_id = $2 and channel = 'inbox' and state = 'sent' and ($3::timestamptz is null or sent_at < $3)
      order by sent_at desc, send_id desc limit $4`,
    [ctx.tenantId, customerId, before ?? null, limit],
  );
  const [unread] = await ctx.tx.query<{ count: number }>(
    `select count(*)::int as count from messaging.sends
      where tenant_id = $1 and customer_id = $2 and channel = 'inbox' and state = 'sent' and opened_at is null`,
    [ctx.tenantId, customerId],
  );
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  return {
    unread: unread?.count ?? 0,
    items: rows.map((row) => ({
      messageId: row.send_id,
      ...Content.parse(
        JSON.parse(vault.decrypt({ table: 'messaging.sends', column: 'content', rowId: row.send_id }, row.content)),
      ),
      sentAt: row.sent_at,
      isRead: row.opened_at !== null,
    })),
  };
}

/** Marks one message of the customer as read; the first time counts. */
export async function openMessage(ctx: Context, customerId: number, messageId: string): Promise<void> {
  const [opened] = await ctx.tx.query<{ first: boolean }>(
    `update messaging.sends s set opened_at = coalesce(s.opened_at, now())
       from (select send_id, opened_at is null as first from messaging.sends
              where tenant_id = $1 and send_id = $2 and customer_id = $3 and channel = 'inbox' for update) old
      where s.tenant_id = $1 and s.send_id = old.send_id returning old.first`,
    [ctx.tenantId, messageId, customerId],
  );
  if (!opened) throw new NotFound('message');
  if (!opened.first) return;
  await emit(ctx, [
    {
      tenantId: ctx.tenantId,
      name: 'Message Opened',
      messageId: `message-opened:${messageId}`,
      occurredAt: ctx.now,
      customerId,
      properties: { send_id: messageId, channel: 'inbox' },
    },
  ]);
}

/** What the customer lets us send as marketing: the channels they refused. */
export async function setMarketingRefused(
  ctx: Context,
  customerId: number,
  channels: readonly string[],
): Promise<void> {
  await ctx.tx.execute(
    `insert into messaging.contacts (tenant_id, customer_id, origin_customer_id, marketing_refused) values ($1, $2, $2, $3)
     on conflict (tenant_id, origin_customer_id) do update set marketing_refused = excluded.marketing_refused`,
    [ctx.tenantId, customerId, [...channels]],
  );
  // After a merge several rows may speak for one customer; the newest word counts for all of them.
  await ctx.tx.execute(
    `update messaging.contacts set marketing_refused = $3 where tenant_id = $1 and customer_id = $2`,
    [ctx.tenantId, customerId, [...channels]],
  );
}

export async function marketingRefused(ctx: Context, customerId: number): Promise<string[]> {
  const rows = await ctx.tx.query<{ channel: string }>(
    `select distinct unnest(marketing_refused) as channel from messaging.contacts where tenant_id = $1 and customer_id = $2 order by channel`,
    [ctx.tenantId, customerId],
  );
  return rows.map(({ channel }) => channel);
}
