import type { TenantVault } from '#platform/vault';

import { cleanOrder, comparedFlags, importUndone, isExcluded } from './clean-order.ts';
import type { CleaningRules, Flag, LineFacts, OrderFacts } from './clean-order.ts';
import { milestones } from './milestones.ts';
import type { NewLine, NewOrder, NewRefund, OrderHead } from './new-order.ts';
import type { LineRow, OrderRow, RefundRow } from './order-row.ts';
import { homeTimeZone } from './time-zone.ts';

/** Takes over what a newer head says, without its personal fields. */
export function applyHead(row: OrderRow, order: NewOrder, head: OrderHead): OrderRow {
  return {
    ...row,
    channel: order.channel,
    shop: order.shop ?? '',
    store_id: order.storeId ?? null,
    kind: head.kind ?? 'sale',
    currency: head.currency ?? 'CNY',
    status: head.status,
    placed_at: head.placedAt,
    time_zone: head.timeZone ?? homeTimeZone,
    ...milestones(head, order.sourceUpdatedAt),
    goods_minor: head.goodsMinor ?? 0,
    discount_minor: head.discountMinor ?? 0,
    freight_minor: head.freightMinor ?? 0,
    tax_minor: head.taxMinor ?? 0,
    payable_minor: head.payableMinor,
    paid_minor: head.paidMinor ?? 0,
    province: head.receiver?.province ?? '',
    city: head.receiver?.city ?? '',
    district: head.receiver?.district ?? '',
    attribution: head.attribution ?? {},
  };
}

/** Takes over to whom the goods go and what was noted, encrypted. */
export function applyReceiver(row: OrderRow, { receiver = {}, remark }: OrderHead, vault: TenantVault): OrderRow {
  const seal = (column: string, plain: string | undefined) =>
    plain ? vault.encrypt({ table: 'orders.orders', column, rowId: row.order_id }, plain) : null;
  return {
    ...row,
    receiver_name: seal('receiver_name', receiver.name),
    receiver_phone: seal('receiver_phone', receiver.phone),
    receiver_address: seal('receiver_address', receiver.address),
    receiver_phone_index: receiver.phone ? vault.blindIndex('phone', receiver.phone) : null,
    remark: seal('remark', remark),
  };
}

/** The rows of an order's lines, numbered from 1 in the order the source gives them. */
export function toLineRows(orderId: string, lines: readonly NewLine[]): LineRow[] {
  return lines.map((line, index) => ({
    order_id: orderId,
    line_no: index + 1,
    source_line_no: line.sourceLineNo ?? '',
    kind: line.kind ?? 'goods',
    sku_id: line.skuId ?? null,
    product_id: line.productId ?? null,
    sku_code: line.skuCode ?? '',
    title: line.title ?? '',
    spec: line.spec ?? '',
    quantity: line.quantity,
    unit_price_minor: line.unitPriceMinor,
    discount_minor: line.discountMinor ?? 0,
    amount_minor: line.amountMinor,
    added_at: line.addedAt ?? null,
    flags: [],
    review: 'auto',
    is_excluded: false,
  }));
}

/** The rows of an order's refunds; what was announced before stays announced. */
export function toRefundRows(
  orderId: string,
  refunds: readonly NewRefund[],
  order: Pick<NewOrder, 'sourceUpdatedAt'>,
  stored: readonly RefundRow[],
): RefundRow[] {
  return refunds.map((refund) => ({
    order_id: orderId,
    refund_no: refund.refundNo,
    line_no: refund.lineNo ?? null,
    status: refund.status,
    quantity: refund.quantity ?? 0,
    amount_minor: refund.amountMinor,
    reason: refund.reason ?? '',
    requested_at: refund.requestedAt ?? null,
    refunded_at: refund.refundedAt ?? (refund.status === 'done' ? order.sourceUpdatedAt : null),
    announced_minor: stored.find((row) => row.refund_no === refund.refundNo)?.announced_minor ?? 0,
  }));
}

/** What the cleaning rules look at, from an order's rows; `texts` are its decrypted notes and names. */
export function factsOf(row: OrderRow, lines: readonly LineRow[], texts: readonly string[]): OrderFacts {
  return {
    kind: row.kind,
    status: row.status,
    payableMinor: row.payable_minor,
    paidMinor: row.paid_minor,
    isPaid: row.paid_at !== null,
    texts,
    lines: lines.map(lineFacts),
  };
}

function lineFacts(line: LineRow): LineFacts {
  return {
    kind: line.kind,
    sourceLineNo: line.source_line_no,
    skuCode: line.sku_code,
    title: line.title,
    spec: line.spec,
    quantity: line.quantity,
    unitPriceMinor: line.unit_price_minor,
    amountMinor: line.amount_minor,
    addedAt: line.added_at,
  };
}

/**
 * Flags an order and its lines by the rules and counts what analysis may use of it. Flags found by comparing orders or taking an import back are kept.
 * A person's review stands before the rules.
 */
export function applyRules(
  { rules, version }: { readonly rules: CleaningRules; readonly version: number },
  row: OrderRow,
  lines: readonly LineRow[],
  texts: readonly string[],
): { row: OrderRow; lines: LineRow[] } {
  const findings = cleanOrder(rules, factsOf(row, lines, texts));
  const kept = row.flags.filter((flag) => flag === importUndone || comparedFlags.includes(flag as Flag)) as Flag[];
  const flags = [...findings.order, ...kept].toSorted();
  const cleanedLines = lines.map((line, index) => {
    const found = findings.lines[index] ?? [];
    return { ...line, flags: found, is_excluded: isExcluded(rules, found, line.review) };
  });
  const excluded = isExcluded(rules, flags, row.review);
  return {
    row: {
      ...row,
      flags,
      is_excluded: excluded,
      rules_version: version,
      counted_minor: excluded ? 0 : countedMinor(row, cleanedLines),
    },
    lines: cleanedLines,
  };
}

function countedMinor(row: OrderRow, lines: readonly LineRow[]): number {
  if (lines.length === 0) return row.payable_minor - row.freight_minor - row.tax_minor;
  return lines.reduce((sum, line) => (line.kind === 'goods' && !line.is_excluded ? sum + line.amount_minor : sum), 0);
}
