import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const shop: Feature = {
  name: 'shop',
  navigation: [
    { section: 'service', path: 'refunds', label: 'shop:navigation.refunds', permission: 'mall.read', order: 10 },
    { section: 'mall', path: 'shop-settings', label: 'shop:navigation.settings', permission: 'mall.read', order: 70 },
  ],
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
      path: 'shop-settings',
      lazy: lazyPage(
        () => import('./settings-page.tsx'),
        (page) => page.SettingsPage,
      ),
    },
  ],
};
