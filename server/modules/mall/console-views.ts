import type * as z from 'zod';

import type { Context } from '#platform/context';

import type { listPaymentNotices as notices, listRefunds as refunds } from './console-contract.ts';
import type { OrderLine } from './order.ts';
import type { RefundLine } from './refund-split.ts';

type RefundPage = z.input<typeof refunds.response>;
type NoticePage = z.input<typeof notices.response>;

interface RefundRow extends Omit<RefundPage['items'][number], 'lines' | 'description'> {
  lines: RefundLine[];
  orderLines: OrderLine[];
  description: Buffer | null;
}

/** Refund requests, newest first. */
export async function listShopRefunds(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'services'>,
  { state, orderId, cursor, limit }: z.output<typeof refunds.query>,
): Promise<RefundPage> {
  const rows = await ctx.tx.query<RefundRow>(
    `select r.refund_id as "refundId", r.order_id as "orderId", o.order_no as "orderNo", r.customer_id as "customerId", r.kind, r.state,
            r.amount_fen as "amountFen", r.points, r.lines, o.lines as "orderLines", r.reason, r.description, r.reply,
            r.requested_at as "requestedAt", r.done_at as "doneAt"
       from mall.refunds r join mall.orders o using (tenant_id, order_id)
      where r.tenant_id = $1 and ($2::text is null or r.state = $2) and ($3::uuid is null or r.order_id = $3)
        and ($4::uuid is null or r.refund_id < $4)
      order by r.refund_id desc limit $5`,
    [ctx.tenantId, state ?? null, orderId ?? null, cursor ?? null, limit + 1],
  );
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const items = rows.slice(0, limit).map(({ orderLines, lines, description, ...row }) => ({
    ...row,
    lines: lines.map(({ lineNo, quantity, amountFen }) => ({
      lineNo,
      quantity,
      amountFen,
      title: orderLines.find((line) => line.lineNo === lineNo)?.title ?? '',
    })),
    description: description
      ? vault.decrypt({ table: 'mall.refunds', column: 'description', rowId: row.refundId }, description)
      : '',
  }));
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.refundId ?? null) : null };
}

/** What payment providers reported, newest first. */
export async function listPaymentNotices(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  { outcome, orderId, cursor, limit }: z.output<typeof notices.query>,
): Promise<NoticePage> {
  const rows = await ctx.tx.query<NoticePage['items'][number]>(
    `select notice_id as "noticeId", provider, provider_no as "providerNo", payment_id as "paymentId", order_id as "orderId", state,
            amount_fen as "amountFen", outcome, received_at as "receivedAt", repeats
       from mall.payment_notices
      where tenant_id = $1 and ($2::text is null or outcome = $2) and ($3::uuid is null or order_id = $3)
        and ($4::uuid is null or notice_id < $4)
      order by notice_id desc limit $5`,
    [ctx.tenantId, outcome ?? null, orderId ?? null, cursor ?? null, limit + 1],
  );
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.noticeId ?? null) : null };
}
