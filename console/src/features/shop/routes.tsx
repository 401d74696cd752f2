import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const shop: Feature = {
  name: 'shop',
  navigation: [
    { section: 'service', path: 'refunds', label: 'shop:navigation.refunds', permission: 'mall.read', order: 10 },
    { section: 'mall', path: 'promotions', label: 'shop:navigation.promotions', permission: 'mall.read', order: 60 },
    { section: 'mall', path: 'shop-settings', label: 'shop:navigation.settings', permission: 'mall.read', order: 70 },
  ],
  actions: [{ label: 'shop:promotions.create', permission: 'mall.write', path: '/promotions?new=1' }],
  notices: [{ permission: 'mall.read', load: async () => (await import('./notices.ts')).refundNotices }],
  routes: [
    {
      path: 'refunds',
      lazy: lazyPage(
        () => import('./refunds-page.tsx'),
        (page) => page.RefundsPage,
      ),
    },
    {
      path: 'promotions',
      lazy: lazyPage(
        () => import('./promotions-page.tsx'),
        (page) => page.PromotionsPage,
      ),
    },
    {
      path: 'promotions/:promotionId',
      lazy: lazyPage(
        () => import('./promotion-page.tsx'),
        (page) => page.PromotionPage,
      ),
    },
    {
      path: 'shop-settings',
      lazy: lazyPage(
        () => import('./settings-page.tsx'),
        (page) => page.SettingsPage,
      ),
    },
  ],
};
