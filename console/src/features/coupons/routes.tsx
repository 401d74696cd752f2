import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const coupons: Feature = {
  name: 'coupons',
  navigation: [
    {
      section: 'membership',
      path: 'coupons',
      label: 'coupons:navigation.coupons',
      permission: 'coupons.read',
      order: 30,
    },
    {
      section: 'membership',
      path: 'coupon-batches',
      label: 'coupons:navigation.batches',
      permission: 'coupons.read',
      order: 35,
    },
  ],
  actions: [{ label: 'coupons:list.create', permission: 'coupons.write', path: '/coupons?new=1' }],
  routes: [
    {
      path: 'coupons',
      lazy: lazyPage(
        () => import('./coupons-page.tsx'),
        (page) => page.CouponsPage,
      ),
    },
    {
      path: 'coupons/:templateId',
      lazy: lazyPage(
        () => import('./coupon-page.tsx'),
        (page) => page.CouponPage,
      ),
    },
    {
      path: 'coupon-batches',
      lazy: lazyPage(
        () => import('./batches-page.tsx'),
        (page) => page.BatchesPage,
      ),
    },
  ],
};
