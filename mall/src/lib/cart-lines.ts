import type { Cart, CartLine } from '../api/types.ts';

/** A change of the cart, shown before the server has answered. */
export type CartChange =
  | { readonly kind: 'quantity'; readonly skuId: string; readonly quantity: number }
  | { readonly kind: 'selected'; readonly skuId: string; readonly isSelected: boolean }
  | { readonly kind: 'selection'; readonly skuIds: readonly string[] }
  | { readonly kind: 'removed'; readonly skuId: string };

function problemOf(line: CartLine, quantity: number): CartLine['problem'] {
  if (line.problem === 'off_sale') return 'off_sale';
  if (line.available <= 0) return 'sold_out';
  return quantity > line.available ? 'not_enough' : null;
}

function changed(line: CartLine, change: CartChange): CartLine | null {
  if (change.kind === 'selection') return { ...line, isSelected: change.skuIds.includes(line.skuId) };
  if (line.skuId !== change.skuId) return line;
  if (change.kind === 'removed') return null;
  if (change.kind === 'selected') return { ...line, isSelected: change.isSelected };
  const quantity = Math.max(1, change.quantity);
  return { ...line, quantity, problem: problemOf(line, quantity) };
}

/** The cart as it will look, as far as the shop can tell: promotions are the server's to compute, so the discount stays until it answers. */
export function applyCartChange(cart: Cart, change: CartChange): Cart {
  const lines = cart.lines.flatMap((line) => changed(line, change) ?? []);
  const selected = lines.filter((line) => line.isSelected && line.problem === null);
  const goodsFen = selected.reduce((sum, line) => sum + line.price.payFen * line.quantity, 0);
  const discountFen = Math.min(cart.selected.discountFen, goodsFen);
  return {
    ...cart,
    lines,
    quantity: lines.reduce((sum, line) => sum + line.quantity, 0),
    selected: {
      quantity: selected.reduce((sum, line) => sum + line.quantity, 0),
      goodsFen,
      discountFen,
      totalFen: goodsFen - discountFen,
    },
  };
}

/** Whether every line that can be bought is selected (and there is one). */
export function isAllSelected(cart: Cart): boolean {
  const buyable = cart.lines.filter((line) => line.problem !== 'off_sale' && line.problem !== 'sold_out');
  return buyable.length > 0 && buyable.every((line) => line.isSelected);
}
