import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const orders: Feature = {
  name: 'orders',
  navigation: [
    { section: 'mall', path: 'orders', label: 'orders:navigation.orders', permission: 'orders.read', order: 10 },
    {
      section: 'mall',
      path: 'order-imports',
      label: 'orders:navigation.imports',
      permission: 'collect.import',
      order: 20,
    },
    {
      section: 'mall',
      path: 'order-cleaning',
      label: 'orders:navigation.cleaning',
      permission: 'orders.read',
      order: 30,
    },
  ],
  actions: [{ label: 'orders:imports.upload', permission: 'collect.import', path: '/order-imports?new=1' }],
  search: [
    {
      label: 'orders:navigation.orders',
      permission: 'orders.read',
      load: async () => (await import('./search-orders.ts')).searchOrders,
    },
  ],
  routes: [
    {
      path: 'orders',
      lazy: lazyPage(
        () => import('./orders-page.tsx'),
        (page) => page.OrdersPage,
      ),
    },
    {
      path: 'orders/:orderId',
      lazy: lazyPage(
        () => import('./order-page.tsx'),
        (page) => page.OrderPage,
      ),
    },
    {
      path: 'order-imports',
      lazy: lazyPage(
        () => import('./imports-page.tsx'),
        (page) => page.ImportsPage,
      ),
    },
    {
      path: 'order-imports/:importId',
      lazy: lazyPage(
        () => import('./import-page.tsx'),
        (page) => page.ImportPage,
      ),
    },
    {
      path: 'order-cleaning',
      lazy: lazyPage(
        () => import('./cleaning-page.tsx'),
        (page) => page.CleaningPage,
      ),
    },
  ],
};
