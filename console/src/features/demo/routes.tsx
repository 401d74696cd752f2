import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const demo: Feature = {
  name: 'demo',
  navigation: [
    {
      section: 'settings',
      path: 'settings/demo',
      label: 'demo:navigation.demo',
      permission: 'org.write',
      order: 95,
    },
  ],
  routes: [
    {
      path: 'settings/demo',
      lazy: lazyPage(
        () => import('./demo-page.tsx'),
        (page) => page.DemoPage,
      ),
    },
  ],
};
