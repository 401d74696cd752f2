import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const referral: Feature = {
  name: 'referral',
  navigation: [
    {
      section: 'referral',
      path: 'shares',
      label: 'referral:navigation.shares',
      permission: 'referral.read',
      order: 10,
    },
  ],
  routes: [
    {
      path: 'shares',
      lazy: lazyPage(
        () => import('./shares-page.tsx'),
        (page) => page.SharesPage,
      ),
    },
  ],
};
