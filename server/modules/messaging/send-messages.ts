import { brandClock } from '#org';
import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';
import { newId } from '#platform/ids';
import { enqueue } from '#platform/job-queue';
import { emit } from '#platform/outbox';

import { quietUntil, readSettings } from './settings.ts';
import type { MessagingSettings } from './settings.ts';
import { findTemplates } from './template.ts';
import type { Template } from './template.ts';
import { fillIn } from './variables.ts';

/** What sending needs; a request's context, a job's and a journey's all have it. */
export type SendContext = Pick<Context, 'tx' | 'tenantId' | 'now' | 'services'>;

/** One message wished for one customer. The same key is never sent twice, whoever asks again. */
export interface SendRequest {
  readonly key: string;
  readonly customerId: number;
  readonly templateId: string;
  readonly variables?: Readonly<Record<string, string | number>> | undefined;
  readonly journey?: { readonly journeyId: string; readonly runId: string; readonly nodeId: string } | undefined;
}

export interface SendOutcome {
  readonly key: string;
  readonly state: 'reserved' | 'sent' | 'suppressed' | 'repeated';
  readonly reason: string | null;
}

/** What a send carries, as stored encrypted. */
export interface SendContent {
  readonly subject: string;
  readonly body: string;
}

interface History {
  readonly origin_customer_id: number;
  readonly refused: string[];
  in7: number;
  in30: number;
}

/** Locks the customers' contact rows in one order, so that two senders cannot both take the last place under a cap. */
async function lockContacts(ctx: SendContext, customerIds: readonly number[]): Promise<Map<number, History>> {
  const ids = [...new Set(customerIds)].toSorted((a, b) => a - b);
  await ctx.tx.execute(
    `insert into messaging.contacts (tenant_id, customer_id, origin_customer_id)
     select $1, id, id from unnest($2::bigint[]) id
      where not exists (select from messaging.contacts c where c.tenant_id = $1 and c.customer_id = id)
      order by id on conflict do nothing`,
    [ctx.tenantId, ids],
  );
  await ctx.tx.query(
    `select from messaging.contacts where tenant_id = $1 and customer_id = any($2::bigint[]) order by origin_customer_id for update`,
    [ctx.tenantId, ids],
  );
  const rows = await ctx.tx.query<History & { customer_id: number }>(
    `select c.customer_id, min(c.origin_customer_id) as origin_customer_id,
            coalesce(array_agg(distinct r) filter (where r is not null), '{}') as refused,
            (select count(*)::int from messaging.sends s where s.tenant_id = $1 and s.customer_id = c.customer_id and s.touch_class = 'marketing'
                and s.state in ('reserved', 'sending', 'sent', 'unknown') and s.created_at > $3::timestamptz - interval '7 days') as in7,
            (select count(*)::int from messaging.sends s where s.tenant_id = $1 and s.customer_id = c.customer_id and s.touch_class = 'marketing'
                and s.state in ('reserved', 'sending', 'sent', 'unknown') and s.created_at > $3::timestamptz - interval '30 days') as in30
       from messaging.contacts c left join unnest(c.marketing_refused) r on true
      where c.tenant_id = $1 and c.customer_id = any($2::bigint[]) group by c.customer_id`,
    [ctx.tenantId, ids, ctx.now],
  );
  return new Map(rows.map((row) => [row.customer_id, row]));
}

/** Why a message must not go out now, or null. Pure: the caller keeps the counts. */
export function suppressionOf(
  { channel, touchClass }: Pick<Template, 'channel' | 'touchClass'>,
  history: { readonly refused: readonly string[]; readonly in7: number; readonly in30: number },
  settings: Pick<MessagingSettings, 'marketingPer7Days' | 'marketingPer30Days'>,
): string | null {
  if (touchClass !== 'marketing') return null;
  if (history.refused.includes(channel) || history.refused.includes('all')) return 'refused_by_customer';
  if (history.in7 >= settings.marketingPer7Days) return 'cap_7_days';
  if (history.in30 >= settings.marketingPer30Days) return 'cap_30_days';
  return null;
}

/**
 * Decides and reserves messages in the caller's transaction, set-based: consent, frequency caps and quiet hours are applied, and
 * everything held back is recorded with its reason. The mall inbox is ours, so its messages are delivered at once; other channels
 * are sent by a job after the commit.
 */
export async function sendMessages(ctx: SendContext, requests: readonly SendRequest[]): Promise<SendOutcome[]> {
  if (requests.length === 0) return [];
  const templates = await findTemplates(ctx, [...new Set(requests.map(({ templateId }) => templateId))]);
  const settings = await readSettings(ctx);
  const histories = await lockContacts(
    ctx,
    requests.map(({ customerId }) => customerId),
  );
  const known = new Set(
    (
      await ctx.tx.query<{ key: string }>(
        `select idempotency_key as key from messaging.sends where tenant_id = $1 and idempotency_key = any($2::text[])`,
        [ctx.tenantId, requests.map(({ key }) => key)],
      )
    ).map(({ key }) => key),
  );
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const quiet = quietUntil(ctx.now, settings.quietHours, (await brandClock(ctx)).zone);
  const rows = requests.flatMap((request) => {
    const template = templates.get(request.templateId);
    if (!template) throw new NotFound('template');
    if (known.has(request.key)) return [];
    known.add(request.key);
    const history = histories.get(request.customerId);
    if (!history) throw new Error(`customer ${request.customerId} has no contact row`);
    const reason = suppressionOf(template, history, settings);
    if (reason === null && template.touchClass === 'marketing') {
      history.in7 += 1;
      history.in30 += 1;
    }
    const sendId = newId();
    const content: SendContent = {
      subject: fillIn(template.subject, request.variables ?? {}),
      body: fillIn(template.body, request.variables ?? {}),
    };
    const atOnce = template.channel === 'inbox' && (template.touchClass === 'service' || quiet === null);
    return [
      {
        request,
        template,
        sendId,
        reason,
        origin: history.origin_customer_id,
        state: reason !== null ? 'suppressed' : atOnce ? 'sent' : 'reserved',
        notBefore: template.touchClass === 'marketing' ? quiet : null,
        content: vault.encrypt({ table: 'messaging.sends', column: 'content', rowId: sendId }, JSON.stringify(content)),
      } as const,
    ];
  });
  await store(ctx, rows);
  const stored = new Map(rows.map((row) => [row.request.key, row]));
  return requests.map(({ key }) => {
    const row = stored.get(key);
    return row ? { key, state: row.state, reason: row.reason } : { key, state: 'repeated', reason: null };
  });
}

interface Row {
  readonly request: SendRequest;
  readonly template: Template;
  readonly sendId: string;
  readonly reason: string | null;
  readonly origin: number;
  readonly state: 'suppressed' | 'sent' | 'reserved';
  readonly notBefore: Date | null;
  readonly content: Buffer;
}

async function store(ctx: SendContext, rows: readonly Row[]): Promise<void> {
  await ctx.tx.execute(
    `insert into messaging.sends (tenant_id, send_id, idempotency_key, customer_id, origin_customer_id, template_id, channel, touch_class,
                                  state, reason, content, not_before, journey_id, run_id, node_id, created_at, sent_at)
     select $1, s.*, $15::timestamptz, case when s.state = 'sent' then $15::timestamptz end
       from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[],
                   $12::timestamptz[], $13::uuid[], $14::uuid[], $16::text[])
            s(send_id, key, customer_id, origin, template_id, channel, touch_class, state, reason, content, not_before, journey_id, run_id, node_id)`,
    [
      ctx.tenantId,
      rows.map(({ sendId }) => sendId),
      rows.map(({ request }) => request.key),
      rows.map(({ request }) => request.customerId),
      rows.map(({ origin }) => origin),
      rows.map(({ template }) => template.templateId),
      rows.map(({ template }) => template.channel),
      rows.map(({ template }) => template.touchClass),
      rows.map(({ state }) => state),
      rows.map(({ reason }) => reason),
      rows.map(({ content }) => content),
      rows.map(({ notBefore }) => notBefore),
      rows.map(({ request }) => request.journey?.journeyId ?? null),
      rows.map(({ request }) => request.journey?.runId ?? null),
      ctx.now,
      rows.map(({ request }) => request.journey?.nodeId ?? null),
    ],
  );
  const waiting = rows.filter(({ state }) => state === 'reserved');
  if (waiting.length > 0) {
    const runAt = waiting.some(({ notBefore }) => notBefore === null) ? null : waiting[0]?.notBefore;
    await enqueue(
      ctx,
      'messaging.deliver',
      { tenantId: ctx.tenantId },
      { key: `messaging:${ctx.tenantId}:${runAt?.getTime() ?? 'now'}`, ...(runAt ? { runAt } : {}) },
    );
  }
  await announceSent(
    ctx,
    rows
      .filter(({ state }) => state === 'sent')
      .map(({ sendId, request, template }) => ({
        sendId,
        customerId: request.customerId,
        channel: template.channel,
        touchClass: template.touchClass,
      })),
  );
}

/** Announces delivered messages. */
export async function announceSent(
  ctx: Pick<SendContext, 'tx' | 'tenantId' | 'now'>,
  sends: readonly { sendId: string; customerId: number; channel: string; touchClass: string }[],
): Promise<void> {
  await emit(
    ctx,
    sends.map(({ sendId, customerId, channel, touchClass }) => ({
      tenantId: ctx.tenantId,
      name: 'Message Sent',
      messageId: `message-sent:${sendId}`,
      occurredAt: ctx.now,
      customerId,
      properties: { send_id: sendId, channel, touch_class: touchClass },
    })),
  );
}
