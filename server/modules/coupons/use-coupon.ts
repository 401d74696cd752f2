import { couponColumns, normaliseCode } from './coupon.ts';
import type { Coupon, CouponsContext } from './coupon.ts';
import {
  CouponAlreadyUsed,
  CouponExpired,
  CouponLocked,
  CouponNotFound,
  CouponNotYetValid,
  CouponVoided,
} from './errors.ts';
import { announceCoupons } from './events.ts';

/**
 * Puts a coupon into an unpaid order, so that no other order can take it. Locking it again for the same order is success. The database
 * decides who is first: only a row that is still `issued` changes.
 */
export async function lockCoupon(
  ctx: CouponsContext,
  { couponId, orderId, customerId }: { couponId: string; orderId: string; customerId: number },
): Promise<Coupon> {
  const [locked] = await ctx.tx.query<Coupon>(
    `update coupons.coupons set status = 'locked', order_id = $4, locked_at = $5
      where tenant_id = $1 and coupon_id = $2 and customer_id = $3 and status = 'issued' and valid_from <= $5 and valid_until >= $5
      returning ${couponColumns}`,
    [ctx.tenantId, couponId, customerId, orderId, ctx.now],
  );
  if (locked) return locked;
  const coupon = await readCoupon(ctx, couponId);
  if (coupon.customerId !== customerId) throw new CouponNotFound();
  if (coupon.status === 'locked' && coupon.orderId === orderId) return coupon;
  throw refusal(coupon, ctx.now);
}

/**
 * Uses a coupon: of the order it is locked in, or straight from the customer's hand (a store, an external till). Using it again for the
 * same order is success; it is never used twice.
 */
export async function redeemCoupon(
  ctx: CouponsContext,
  use: {
    readonly couponId: string;
    readonly orderId: string;
    readonly discountFen: number;
    readonly channel: string;
    readonly storeId?: number | undefined;
  },
): Promise<Coupon> {
  const [used] = await ctx.tx.query<Coupon>(
    `update coupons.coupons
        set status = 'used', order_id = $3, used_at = $4, discount_fen = $5, used_channel = $6, used_store_id = $7
      where tenant_id = $1 and coupon_id = $2
        and (status = 'locked' and order_id = $3 or status = 'issued' and valid_from <= $4 and valid_until >= $4)
      returning ${couponColumns}`,
    [ctx.tenantId, use.couponId, use.orderId, ctx.now, use.discountFen, use.channel, use.storeId ?? null],
  );
  if (used) {
    const properties = { order_id: use.orderId, discount_fen: use.discountFen, channel: use.channel };
    await announceCoupons(ctx, [{ name: 'Coupon Used', coupon: used, mark: use.orderId, properties }]);
    return used;
  }
  const coupon = await readCoupon(ctx, use.couponId);
  if (coupon.status === 'used' && coupon.orderId === use.orderId) return coupon;
  throw refusal(coupon, ctx.now);
}

/** Frees the coupons locked in an order that was not paid; a coupon whose time is over meanwhile expires. Answers those freed. */
export async function releaseCoupons(ctx: CouponsContext, { orderId }: { orderId: string }): Promise<Coupon[]> {
  const freed = await ctx.tx.query<Coupon>(
    `update coupons.coupons set status = 'issued', order_id = null, locked_at = null
      where tenant_id = $1 and order_id = $2 and status = 'locked' returning ${couponColumns}`,
    [ctx.tenantId, orderId],
  );
  await announceReleased(ctx, freed, orderId);
  return freed;
}

/** Frees one coupon locked in an order, e.g. when the customer takes it out of the checkout. */
export async function releaseCoupon(
  ctx: CouponsContext,
  { couponId, orderId }: { couponId: string; orderId: string },
): Promise<Coupon> {
  const freed = await ctx.tx.query<Coupon>(
    `update coupons.coupons set status = 'issued', order_id = null, locked_at = null
      where tenant_id = $1 and coupon_id = $2 and order_id = $3 and status = 'locked' returning ${couponColumns}`,
    [ctx.tenantId, couponId, orderId],
  );
  await announceReleased(ctx, freed, orderId);
  return freed[0] ?? (await readCoupon(ctx, couponId));
}

/** Gives the coupons of a wholly refunded order back to the customer, as long as they are still valid. */
export async function returnCoupons(ctx: CouponsContext, { orderId }: { orderId: string }): Promise<Coupon[]> {
  const returned = await ctx.tx.query<Coupon>(
    `update coupons.coupons
        set status = 'issued', order_id = null, locked_at = null, used_at = null, discount_fen = null, used_channel = null, used_store_id = null
      where tenant_id = $1 and order_id = $2 and status = 'used' and valid_until >= $3 returning ${couponColumns}`,
    [ctx.tenantId, orderId, ctx.now],
  );
  await announceReleased(ctx, returned, orderId);
  return returned;
}

async function announceReleased(ctx: CouponsContext, coupons: readonly Coupon[], orderId: string): Promise<void> {
  await announceCoupons(
    ctx,
    coupons.map((coupon) => ({ name: 'Coupon Released', coupon, mark: orderId, properties: { order_id: orderId } })),
  );
}

/** Withdraws coupons that are still in the customers' hands; used and locked ones stay. Answers how many. */
export async function voidCoupons(
  ctx: CouponsContext,
  { couponIds, reason }: { couponIds: readonly string[]; reason: string },
): Promise<number> {
  return ctx.tx.execute(
    `update coupons.coupons set status = 'voided', void_reason = $3, ended_at = $4
      where tenant_id = $1 and coupon_id = any($2) and status = 'issued'`,
    [ctx.tenantId, couponIds, reason, ctx.now],
  );
}

/** Finds a coupon by the code a person shows; spaces, small letters and look-alikes are forgiven. */
export async function findCouponByCode(ctx: CouponsContext, code: string): Promise<Coupon> {
  const [coupon] = await ctx.tx.query<Coupon>(
    `select ${couponColumns} from coupons.coupons where tenant_id = $1 and code = $2`,
    [ctx.tenantId, normaliseCode(code)],
  );
  if (!coupon) throw new CouponNotFound();
  return coupon;
}

async function readCoupon(ctx: CouponsContext, couponId: string): Promise<Coupon> {
  const [coupon] = await ctx.tx.query<Coupon>(
    `select ${couponColumns} from coupons.coupons where tenant_id = $1 and coupon_id = $2`,
    [ctx.tenantId, couponId],
  );
  if (!coupon) throw new CouponNotFound();
  return coupon;
}

/** Why a coupon cannot be taken, by name. */
function refusal({ status, validFrom, validUntil }: Coupon, now: Date): Error {
  if (status === 'used') return new CouponAlreadyUsed();
  if (status === 'voided') return new CouponVoided();
  if (status === 'locked') return new CouponLocked();
  if (status === 'expired' || validUntil < now) return new CouponExpired(validUntil);
  if (validFrom > now) return new CouponNotYetValid(validFrom);
  return new CouponLocked();
}
