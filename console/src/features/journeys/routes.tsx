import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const journeys: Feature = {
  name: 'journeys',
  navigation: [
    {
      section: 'reach',
      path: 'journeys',
      label: 'journeys:navigation.journeys',
      permission: 'journeys.read',
      order: 10,
    },
  ],
  actions: [{ label: 'journeys:list.create', permission: 'journeys.write', path: '/journeys?new=1' }],
  routes: [
    {
      path: 'journeys',
      lazy: lazyPage(
        () => import('./journeys-page.tsx'),
        (page) => page.JourneysPage,
      ),
    },
    {
      path: 'journeys/:journeyId',
      lazy: lazyPage(
        () => import('./journey-page.tsx'),
        (page) => page.JourneyPage,
      ),
    },
  ],
};
