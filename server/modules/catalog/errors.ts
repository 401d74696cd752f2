import { defineError } from '#platform/errors';

/** A line of a request that asks for more than is free. */
export interface Shortage {
  readonly skuId: string;
  readonly locationId: number;
  readonly wanted: number;
  readonly available: number;
}

export const OutOfStock = defineError(
  'out_of_stock',
  409,
  (shortages: readonly Shortage[]) =>
    `Not enough stock: ${shortages.map(({ skuId, wanted, available }) => `${skuId} (wanted ${wanted}, ${available} free)`).join(', ')}.`,
  (shortages) => ({ shortages }),
);
export const StockBelowReserved = defineError(
  'stock_below_reserved',
  409,
  (skuId: string, reserved: number) =>
    `${reserved} pieces of ${skuId} are promised to unpaid orders; the stock cannot go below that.`,
  (skuId, reserved) => ({ skuId, reserved }),
);
export const ReservationConflict = defineError(
  'reservation_conflict',
  409,
  (reference: string) => `${reference} already holds other goods. Release it before reserving again.`,
  (reference) => ({ reference }),
);
export const ReservationEnded = defineError(
  'reservation_ended',
  409,
  (reference: string, state: string) => `The stock promised to ${reference} is ${state}.`,
  (reference, state) => ({ reference, state }),
);
export const CodeTaken = defineError(
  'catalog_code_taken',
  409,
  (code: string) => `Another product or SKU already has the code ${code}.`,
  (code) => ({ code }),
);
export const StoreHasLocation = defineError(
  'store_has_location',
  409,
  (storeId: number) => `Store ${storeId} has a stock location already. Open or rename that one.`,
  (storeId) => ({ storeId }),
);
export const CategoryInUse = defineError(
  'category_in_use',
  409,
  (products: number) => `The category still holds ${products} products or sub-categories.`,
  (products) => ({ products }),
);
export const CategoryLoop = defineError('category_loop', 409, () => 'A category cannot stand below itself.');
export const NotSellable = defineError(
  'product_not_sellable',
  409,
  (why: string) => `The product cannot go on sale: ${why}.`,
  (why) => ({ why }),
);
