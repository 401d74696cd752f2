import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const tags: Feature = {
  name: 'tags',
  navigation: [
    { section: 'customers', path: 'rfm', label: 'tags:navigation.rfm', permission: 'tags.read', order: 30 },
    { section: 'customers', path: 'tags', label: 'tags:navigation.tags', permission: 'tags.read', order: 40 },
  ],
  actions: [{ label: 'tags:list.create', permission: 'tags.write', path: '/tags?new=1' }],
  routes: [
    {
      path: 'rfm',
      lazy: lazyPage(
        () => import('./rfm-page.tsx'),
        (page) => page.RfmPage,
      ),
    },
    {
      path: 'tags',
      lazy: lazyPage(
        () => import('./tags-page.tsx'),
        (page) => page.TagsPage,
      ),
    },
  ],
};
