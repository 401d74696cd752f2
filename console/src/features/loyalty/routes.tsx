import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const loyalty: Feature = {
  name: 'loyalty',
  navigation: [
    {
      section: 'membership',
      path: 'members',
      label: 'loyalty:navigation.members',
      permission: 'loyalty.read',
      order: 10,
    },
    {
      section: 'membership',
      path: 'loyalty-programme',
      label: 'loyalty:navigation.programme',
      permission: 'loyalty.read',
      order: 15,
    },
    {
      section: 'membership',
      path: 'points',
      label: 'loyalty:navigation.points',
      permission: 'loyalty.read',
      order: 20,
    },
  ],
  routes: [
    {
      path: 'members',
      lazy: lazyPage(
        () => import('./members-page.tsx'),
        (page) => page.MembersPage,
      ),
    },
    {
      path: 'loyalty-programme',
      lazy: lazyPage(
        () => import('./programme-page.tsx'),
        (page) => page.ProgrammePage,
      ),
    },
    {
      path: 'points',
      lazy: lazyPage(
        () => import('./points-page.tsx'),
        (page) => page.PointsPage,
      ),
    },
  ],
};
