export { commitReservation, expireReservations, releaseReservation } from './end-reservation.ts';
export * from './errors.ts';
export { findSkusByCode } from './find-skus.ts';
export type { Reservation, ReservationState, StockContext, StockLine } from './reservation.ts';
export { reserveStock } from './reserve-stock.ts';
export { bucketStock, changeStock, checkStock, countStock, planLocations, stockLevels } from './stock.ts';
export type { MoveReason, StockChange, StockLevel } from './stock.ts';

import { defineModule } from '#platform/module';

import { expireAllReservations } from './end-reservation.ts';

export const catalog = defineModule({
  name: 'catalog',
  dependsOn: [],
  permissions: ['catalog.read', 'catalog.write'],
  jobs: [{ name: 'catalog.expire-reservations', cron: '* * * * *', handle: expireAllReservations }],
});
