import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const collect: Feature = {
  name: 'collect',
  navigation: [
    {
      section: 'settings',
      path: 'settings/sources',
      label: 'collect:navigation.sources',
      permission: 'collect.read',
      order: 40,
    },
    {
      section: 'settings',
      path: 'settings/events',
      label: 'collect:navigation.events',
      permission: 'collect.read',
      order: 50,
    },
    {
      section: 'settings',
      path: 'settings/dead-letters',
      label: 'collect:navigation.deadLetters',
      permission: 'collect.read',
      order: 60,
    },
    {
      section: 'settings',
      path: 'settings/pipeline',
      label: 'collect:navigation.pipeline',
      permission: 'collect.read',
      order: 70,
    },
  ],
  actions: [{ label: 'collect:sources.create', permission: 'collect.write', path: '/settings/sources?new=1' }],
  notices: [{ permission: 'collect.read', load: async () => (await import('./notices.ts')).collectNotices }],
  routes: [
    {
      path: 'settings/sources',
      lazy: lazyPage(
        () => import('./sources-page.tsx'),
        (page) => page.SourcesPage,
      ),
    },
    {
      path: 'settings/sources/:sourceId',
      lazy: lazyPage(
        () => import('./source-page.tsx'),
        (page) => page.SourcePage,
      ),
    },
    {
      path: 'settings/events',
      lazy: lazyPage(
        () => import('./events-page.tsx'),
        (page) => page.EventsPage,
      ),
    },
    {
      path: 'settings/dead-letters',
      lazy: lazyPage(
        () => import('./dead-letters-page.tsx'),
        (page) => page.DeadLettersPage,
      ),
    },
    {
      path: 'settings/pipeline',
      lazy: lazyPage(
        () => import('./pipeline-page.tsx'),
        (page) => page.PipelinePage,
      ),
    },
  ],
};
