import { call } from '../api/client.ts';
import type { Cart } from '../api/types.ts';
import { applyCartChange } from './cart-lines.ts';
import type { CartChange } from './cart-lines.ts';
import { asApiError } from './query.ts';
import { createStore } from './store.ts';
import { toastError } from './toast.ts';

interface CartState {
  readonly cart: Cart | null;
  readonly error: ReturnType<typeof asApiError> | null;
  /** Changes the server has not answered yet. */
  readonly waiting: number;
}
export const cartStore = createStore<CartState>({ cart: null, error: null, waiting: 0 });
let turn: Promise<unknown> = Promise.resolve();

let reading: Promise<void> | null = null;

/** Reads the cart, once at a time: who asks meanwhile shares the answer. */
export function loadCart(): Promise<void> {
  reading ??= readCart().finally(() => {
    reading = null;
  });
  return reading;
}

async function readCart(): Promise<void> {
  try {
    const cart = await call('readCart', {});
    if (cartStore.get().waiting === 0) cartStore.set((before) => ({ ...before, cart, error: null }));
  } catch (error) {
    cartStore.set((before) => ({ ...before, error: asApiError(error) }));
  }
}

/** Sends changes one after another; only the answer to the last one is shown, so the screen never jumps back. */
async function send(request: () => Promise<Cart>): Promise<boolean> {
  cartStore.set((before) => ({ ...before, waiting: before.waiting + 1 }));
  const mine = turn.then(request);
  turn = mine.catch(() => undefined);
  try {
    const cart = await mine;
    cartStore.set((before) => ({
      cart: before.waiting === 1 ? cart : before.cart,
      error: null,
      waiting: before.waiting - 1,
    }));
    return true;
  } catch (error) {
    cartStore.set((before) => ({ ...before, waiting: before.waiting - 1 }));
    toastError(error);
    await loadCart();
    return false;
  }
}

function show(change: CartChange): void {
  cartStore.set((before) => (before.cart ? { ...before, cart: applyCartChange(before.cart, change) } : before));
}

export function addToCart(skuId: string, quantity: number): Promise<boolean> {
  return send(() => call('addCartLine', { body: { skuId, quantity } }));
}
export function setQuantity(skuId: string, quantity: number): Promise<boolean> {
  show({ kind: 'quantity', skuId, quantity });
  return send(() => call('changeCartLine', { params: { skuId }, body: { quantity } }));
}
export function setSelected(skuId: string, isSelected: boolean): Promise<boolean> {
  show({ kind: 'selected', skuId, isSelected });
  return send(() => call('changeCartLine', { params: { skuId }, body: { isSelected } }));
}
export function setSelection(skuIds: readonly string[]): Promise<boolean> {
  show({ kind: 'selection', skuIds });
  return send(() => call('selectCartLines', { body: { skuIds: [...skuIds] } }));
}
export function removeLine(skuId: string): Promise<boolean> {
  show({ kind: 'removed', skuId });
  return send(() => call('removeCartLine', { params: { skuId } }));
}
