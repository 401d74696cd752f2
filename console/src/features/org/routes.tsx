import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const org: Feature = {
  name: 'org',
  navigation: [
    {
      section: 'settings',
      path: 'settings/organisation',
      label: 'org:navigation.organisation',
      permission: 'org.read',
      order: 10,
    },
    {
      section: 'settings',
      path: 'settings/staff',
      label: 'org:navigation.staff',
      permission: 'org.staff.read',
      order: 20,
    },
    {
      section: 'settings',
      path: 'settings/roles',
      label: 'org:navigation.roles',
      permission: 'org.staff.read',
      order: 30,
    },
    {
      section: 'settings',
      path: 'settings/audit',
      label: 'org:navigation.audit',
      permission: 'org.audit.read',
      order: 90,
    },
  ],
  actions: [
    { label: 'org:staff.invite', permission: 'org.staff.write', path: '/settings/staff?new=1' },
    { label: 'org:organisation.addStore', permission: 'org.write', path: '/settings/organisation?new=store' },
  ],
  routes: [
    {
      path: 'settings/organisation',
      lazy: lazyPage(
        () => import('./organisation-page.tsx'),
        (page) => page.OrganisationPage,
      ),
    },
    {
      path: 'settings/staff',
      lazy: lazyPage(
        () => import('./staff-page.tsx'),
        (page) => page.StaffPage,
      ),
    },
    {
      path: 'settings/staff/:staffId',
      lazy: lazyPage(
        () => import('./staff-detail-page.tsx'),
        (page) => page.StaffDetailPage,
      ),
    },
    {
      path: 'settings/roles',
      lazy: lazyPage(
        () => import('./roles-page.tsx'),
        (page) => page.RolesPage,
      ),
    },
    {
      path: 'settings/audit',
      lazy: lazyPage(
        () => import('./audit-page.tsx'),
        (page) => page.AuditPage,
      ),
    },
    {
      path: 'account',
      lazy: lazyPage(
        () => import('./account-page.tsx'),
        (page) => page.AccountPage,
      ),
    },
  ],
};
