import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const settlement: Feature = {
  name: 'settlement',
  navigation: [
    {
      section: 'referral',
      path: 'settlement/partners',
      label: 'settlement:navigation.partners',
      permission: 'settlement.read',
      order: 20,
    },
    {
      section: 'referral',
      path: 'settlement/plans',
      label: 'settlement:navigation.plans',
      permission: 'settlement.read',
      order: 30,
    },
    {
      section: 'referral',
      path: 'settlement/statements',
      label: 'settlement:navigation.statements',
      permission: 'settlement.read',
      order: 40,
    },
  ],
  actions: [{ label: 'settlement:plans.create', permission: 'settlement.write', path: '/settlement/plans?new=1' }],
  routes: [
    {
      path: 'settlement/partners',
      lazy: lazyPage(
        () => import('./partners-page.tsx'),
        (page) => page.PartnersPage,
      ),
    },
    {
      path: 'settlement/plans',
      lazy: lazyPage(
        () => import('./plans-page.tsx'),
        (page) => page.PlansPage,
      ),
    },
    {
      path: 'settlement/plans/:planId',
      lazy: lazyPage(
        () => import('./plan-page.tsx'),
        (page) => page.PlanPage,
      ),
    },
    {
      path: 'settlement/statements',
      lazy: lazyPage(
        () => import('./statements-page.tsx'),
        (page) => page.StatementsPage,
      ),
    },
    {
      path: 'settlement/statements/:statementId',
      lazy: lazyPage(
        () => import('./statement-page.tsx'),
        (page) => page.StatementPage,
      ),
    },
  ],
};
