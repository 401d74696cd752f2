import { RefundTooMuch } from './errors.ts';

/** What a line was paid with, over all its pieces. */
export interface PaidLine {
  readonly lineNo: number;
  readonly quantity: number;
  /** Money. */
  readonly amountFen: number;
  readonly points: number;
}

/** What goes back for some pieces of a line. */
export interface RefundLine {
  readonly lineNo: number;
  readonly quantity: number;
  readonly amountFen: number;
  readonly points: number;
}

export interface RefundSplit {
  readonly lines: readonly RefundLine[];
  readonly freightFen: number;
  readonly amountFen: number;
  readonly points: number;
  /** With it every piece of the order has come back. */
  readonly isWhole: boolean;
}

/**
 * What goes back for these quantities, after the refunds made or asked for before: per line and way of paying
 * ⌊paid × pieces back ⁄ pieces⌋ minus what went back already, so that any order of partial refunds ends at exactly what was paid.
 * Freight goes back with the last piece of an order of which nothing was sent. Throws `RefundTooMuch`.
 */
export function splitRefund(
  order: { readonly lines: readonly PaidLine[]; readonly freightFen: number; readonly isShipped: boolean },
  earlier: readonly RefundLine[],
  wanted: readonly { readonly lineNo: number; readonly quantity: number }[],
): RefundSplit {
  const asked = new Map<number, number>();
  for (const { lineNo, quantity } of wanted) asked.set(lineNo, (asked.get(lineNo) ?? 0) + quantity);
  const back = Map.groupBy(earlier, ({ lineNo }) => lineNo);
  const lines: RefundLine[] = [];
  for (const [lineNo, quantity] of asked) {
    const paid = order.lines.find((line) => line.lineNo === lineNo);
    const before = back.get(lineNo) ?? [];
    const gone = sum(before, 'quantity');
    const left = (paid?.quantity ?? 0) - gone;
    if (!paid || quantity > left || quantity < 1) throw new RefundTooMuch(lineNo, left);
    const target = (total: number) => Number((BigInt(total) * BigInt(gone + quantity)) / BigInt(paid.quantity));
    lines.push({
      lineNo,
      quantity,
      amountFen: target(paid.amountFen) - sum(before, 'amountFen'),
      points: target(paid.points) - sum(before, 'points'),
    });
  }
  const pieces = order.lines.reduce((total, { quantity }) => total + quantity, 0);
  const isWhole = sum(earlier, 'quantity') + sum(lines, 'quantity') === pieces;
  const freightFen = isWhole && !order.isShipped ? order.freightFen : 0;
  return {
    lines,
    freightFen,
    amountFen: sum(lines, 'amountFen') + freightFen,
    points: sum(lines, 'points'),
    isWhole,
  };
}

function sum(lines: readonly RefundLine[], part: 'quantity' | 'amountFen' | 'points'): number {
  return lines.reduce((total, line) => total + line[part], 0);
}
