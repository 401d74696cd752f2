import { emit } from '#platform/outbox';

import type { Coupon, CouponsContext } from './coupon.ts';

type Announced = Pick<Coupon, 'couponId' | 'templateId' | 'customerId'>;

interface Announcement {
  readonly name: 'Coupon Received' | 'Coupon Used' | 'Coupon Released' | 'Coupon Expired';
  readonly coupon: Announced;
  /** Tells two occurrences of one coupon apart, e.g. the order. */
  readonly mark?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** Announces what happened to coupons, one event each. */
export async function announceCoupons(ctx: CouponsContext, announcements: readonly Announcement[]): Promise<void> {
  await emit(
    ctx,
    announcements.map(({ name, coupon, mark = '', properties = {} }) => ({
      tenantId: ctx.tenantId,
      name,
      messageId: `${name.toLowerCase().replace(' ', '-')}:${coupon.couponId}${mark === '' ? '' : `:${mark}`}`,
      occurredAt: ctx.now,
      customerId: coupon.customerId,
      properties: { coupon_id: coupon.couponId, template_id: coupon.templateId, ...properties },
    })),
  );
}
