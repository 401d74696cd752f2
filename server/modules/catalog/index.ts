export { commitReservation, expireReservations, releaseReservation } from './end-reservation.ts';
export * from './errors.ts';
export { findProductOnSale } from './find-product-on-sale.ts';
export { findOffers } from './find-offers.ts';
export type { Offer } from './find-offers.ts';
export { availableQuantities, findProduct, findSkus } from './find-product.ts';
export type { Product, Sku, SkuOfProduct } from './find-product.ts';
export { findSkusByCode } from './find-skus.ts';
export { listCategories } from './categories.ts';
export { listProducts } from './list-products.ts';
export { addLocation, listLocations } from './locations.ts';
export { openImage, registerImage, storeImage } from './media.ts';
export { pricesAt } from './prices.ts';
export type { SkuPrice } from './prices.ts';
export { isStocked } from './product.ts';
export type { ProductContent, ProductKind, SkuContent } from './product.ts';
export type { Reservation, ReservationState, StockContext, StockLine } from './reservation.ts';
export { reserveStock } from './reserve-stock.ts';
export { addCategory } from './categories.ts';
export { createProduct, setProductStatus } from './save-product.ts';
export {
  bucketStock,
  changeStock,
  checkStock,
  countStock,
  expandBundles,
  planFromLevels,
  planLocations,
  stockLevels,
} from './stock.ts';
export type { MoveReason, StockChange, StockLevel, WantedSku } from './stock.ts';

import { defineModule } from '#platform/module';

import { countSales } from './count-sales.ts';
import { expireAllReservations } from './end-reservation.ts';
import { routes } from './routes.ts';

export const catalog = defineModule({
  name: 'catalog',
  dependsOn: [],
  permissions: ['catalog.read', 'catalog.write'],
  routes,
  jobs: [{ name: 'catalog.expire-reservations', cron: '* * * * *', handle: expireAllReservations }],
  subscriptions: [{ name: 'catalog.count-sales', events: ['Order Paid'], handle: countSales }],
});
