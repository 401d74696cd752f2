import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const messaging: Feature = {
  name: 'messaging',
  navigation: [
    {
      section: 'reach',
      path: 'messages',
      label: 'messaging:navigation.sends',
      permission: 'messaging.read',
      order: 20,
    },
    {
      section: 'reach',
      path: 'message-templates',
      label: 'messaging:navigation.templates',
      permission: 'messaging.read',
      order: 30,
    },
  ],
  actions: [{ label: 'messaging:templates.create', permission: 'messaging.write', path: '/message-templates?new=1' }],
  routes: [
    {
      path: 'messages',
      lazy: lazyPage(
        () => import('./sends-page.tsx'),
        (page) => page.SendsPage,
      ),
    },
    {
      path: 'message-templates',
      lazy: lazyPage(
        () => import('./templates-page.tsx'),
        (page) => page.TemplatesPage,
      ),
    },
  ],
};
