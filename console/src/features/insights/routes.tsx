import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const insights: Feature = {
  name: 'insights',
  navigation: [
    {
      section: 'overview',
      path: 'cockpit',
      label: 'insights:navigation.cockpit',
      permission: 'insights.read',
      order: 10,
    },
  ],
  routes: [
    {
      path: 'cockpit',
      lazy: lazyPage(
        () => import('./cockpit-page.tsx'),
        (page) => page.CockpitPage,
      ),
    },
  ],
};
