import { OrderInvalid } from './errors.ts';
import type { NewOrder } from './new-order.ts';
import { isTimeZone } from './time-zone.ts';

const linesMax = 5_000;

/** Throws `OrderInvalid` when an order contradicts itself or cannot be stored. */
export function refuseInvalid(order: NewOrder): void {
  const fault = faultOf(order);
  if (fault !== null) throw new OrderInvalid(order.sourceOrderNo, fault);
}

/** What is wrong with an order, in words; null when nothing is. */
export function faultOf(order: NewOrder): string | null {
  if (order.sourceOrderNo === '' || order.sourceOrderNo.length > 64)
    return 'the order number must have 1 to 64 characters';
  if (!isTime(order.sourceUpdatedAt)) return 'the time of the update is not a time';
  const { head, lines = [], payments = [], refunds = [] } = order;
  if (head && !isTime(head.placedAt)) return 'the time of the order is not a time';
  if (head?.timeZone !== undefined && !isTimeZone(head.timeZone)) return 'its time zone is unknown';
  if (head && (head.kind ?? 'sale') === 'sale' && (head.payableMinor < 0 || (head.paidMinor ?? 0) < 0))
    return 'a sale cannot have a negative amount';
  if (lines.length > linesMax) return `it has more than ${linesMax} lines`;
  const amounts = [
    head?.goodsMinor,
    head?.discountMinor,
    head?.freightMinor,
    head?.taxMinor,
    head?.payableMinor,
    head?.paidMinor,
    ...lines.flatMap((line) => [line.quantity, line.unitPriceMinor, line.discountMinor, line.amountMinor]),
    ...payments.map((payment) => payment.amountMinor),
    ...refunds.flatMap((refund) => [refund.amountMinor, refund.quantity]),
  ];
  if (amounts.some((amount) => amount !== undefined && !Number.isSafeInteger(amount)))
    return 'amounts and quantities must be whole numbers';
  if (lines.some((line) => Math.abs(line.quantity) > 2_147_483_647)) return 'a quantity is too large';
  if (refunds.some((refund) => refund.amountMinor < 0)) return 'a refund cannot be negative';
  if (new Set(refunds.map((refund) => refund.refundNo)).size < refunds.length)
    return 'two refunds have the same number';
  if (new Set(payments.map((payment) => payment.paymentNo)).size < payments.length)
    return 'two payments have the same number';
  return null;
}

function isTime(at: Date): boolean {
  const ms = at.getTime();
  return Number.isFinite(ms) && ms > -62_135_596_800_000 && ms < 4_102_444_800_000;
}
