import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const customers: Feature = {
  name: 'customers',
  navigation: [
    {
      section: 'customers',
      path: 'customer-attributes',
      label: 'customers:navigation.attributes',
      permission: 'customers.read',
      order: 70,
    },
    {
      section: 'customers',
      path: 'customers',
      label: 'customers:navigation.customers',
      permission: 'customers.read',
      order: 10,
    },
    {
      section: 'customers',
      path: 'customer-conflicts',
      label: 'customers:navigation.conflicts',
      permission: 'customers.merge',
      order: 80,
    },
    {
      section: 'customers',
      path: 'identity-quality',
      label: 'customers:navigation.quality',
      permission: 'customers.read',
      order: 90,
    },
  ],
  actions: [{ label: 'customers:dimension.add', permission: 'customers.write', path: '/customer-attributes' }],
  search: [
    {
      label: 'customers:navigation.customers',
      permission: 'customers.read',
      load: async () => (await import('./search-customers.ts')).searchCustomers,
    },
  ],
  notices: [{ permission: 'customers.merge', load: async () => (await import('./notices.ts')).conflictNotices }],
  routes: [
    {
      path: 'customer-attributes',
      lazy: lazyPage(
        () => import('./attributes-page.tsx'),
        (page) => page.AttributesPage,
      ),
    },
    {
      path: 'customers',
      lazy: lazyPage(
        () => import('./customers-page.tsx'),
        (page) => page.CustomersPage,
      ),
    },
    {
      path: 'customers/:customerId',
      lazy: lazyPage(
        () => import('./customer-page.tsx'),
        (page) => page.CustomerPage,
      ),
    },
    {
      path: 'customer-conflicts',
      lazy: lazyPage(
        () => import('./conflicts-page.tsx'),
        (page) => page.ConflictsPage,
      ),
    },
    {
      path: 'identity-quality',
      lazy: lazyPage(
        () => import('./quality-page.tsx'),
        (page) => page.QualityPage,
      ),
    },
  ],
};
