import type { UnitPrice } from '../api/types.ts';

/** One row of "how this price came about". */
export interface PriceRow {
  readonly kind: 'list' | 'sale' | 'limited' | 'member';
  readonly amountFen: number;
  /** The one that is paid. */
  readonly isPaid: boolean;
}

/** The prices that exist for a SKU, dearest rule first; a list price that is not higher says nothing and is left out. */
export function priceRows(price: UnitPrice): PriceRow[] {
  const rows: PriceRow[] = [];
  if (price.listFen > price.saleFen) rows.push({ kind: 'list', amountFen: price.listFen, isPaid: false });
  rows.push({ kind: 'sale', amountFen: price.saleFen, isPaid: price.kind === 'sale' });
  if (price.limitedFen !== null)
    rows.push({ kind: 'limited', amountFen: price.limitedFen, isPaid: price.kind === 'limited' });
  if (price.memberFen !== null)
    rows.push({ kind: 'member', amountFen: price.memberFen, isPaid: price.kind === 'member' });
  return rows;
}

/** What is saved against the list price; 0 when nothing is. */
export function savedFen(price: UnitPrice): number {
  return Math.max(0, Math.max(price.listFen, price.saleFen) - price.payFen);
}
