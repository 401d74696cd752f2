import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const segments: Feature = {
  name: 'segments',
  navigation: [
    {
      section: 'customers',
      path: 'segments',
      label: 'segments:navigation.segments',
      permission: 'segments.read',
      order: 20,
    },
  ],
  actions: [{ label: 'segments:list.create', permission: 'segments.write', path: '/segments?new=1' }],
  routes: [
    {
      path: 'segments',
      lazy: lazyPage(
        () => import('./segments-page.tsx'),
        (page) => page.SegmentsPage,
      ),
    },
    {
      path: 'segments/:segmentId',
      lazy: lazyPage(
        () => import('./segment-page.tsx'),
        (page) => page.SegmentPage,
      ),
    },
  ],
};
