import type * as z from 'zod';

import { couponsOfCustomer } from '#coupons';
import { customerSummaries } from '#customers';
import type { Context } from '#platform/context';

import type { Buyer } from './buyer.ts';
import { cartRows } from './cart.ts';
import { orderCounts } from './order-views.ts';
import { memberValue } from './value-ports.ts';
import type { MemberView } from './views.ts';

/** The signed-in customer for the member centre. */
export async function readMember(ctx: Context, buyer: Buyer): Promise<z.input<typeof MemberView> | null> {
  const { customerId } = buyer;
  if (customerId === null) return null;
  const [summary] = await customerSummaries(ctx, [customerId]);
  const coupons = await couponsOfCustomer(ctx, { customerId, state: 'usable', limit: 500 });
  const cart = await cartRows(ctx, buyer);
  const { tier, points } = await memberValue(ctx, customerId);
  return {
    customerId,
    displayName: summary?.displayName ?? '',
    maskedPhone: summary?.phone ?? null,
    tier,
    points,
    couponCount: coupons.filter(({ status }) => status === 'issued').length,
    orderCounts: await orderCounts(ctx, customerId),
    cartQuantity: cart.reduce((sum, { quantity }) => sum + quantity, 0),
  };
}
