import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const ledger: Feature = {
  name: 'ledger',
  navigation: [
    {
      section: 'membership',
      path: 'ledger',
      label: 'ledger:navigation.accounts',
      permission: 'ledger.read',
      order: 80,
    },
    {
      section: 'membership',
      path: 'ledger-transfers',
      label: 'ledger:navigation.transfers',
      permission: 'ledger.read',
      order: 85,
    },
    {
      section: 'membership',
      path: 'ledger-books',
      label: 'ledger:navigation.books',
      permission: 'ledger.read',
      order: 90,
    },
  ],
  routes: [
    {
      path: 'ledger',
      lazy: lazyPage(
        () => import('./accounts-page.tsx'),
        (page) => page.AccountsPage,
      ),
    },
    {
      path: 'ledger/:accountId',
      lazy: lazyPage(
        () => import('./account-page.tsx'),
        (page) => page.AccountPage,
      ),
    },
    {
      path: 'ledger-transfers',
      lazy: lazyPage(
        () => import('./transfers-page.tsx'),
        (page) => page.TransfersPage,
      ),
    },
    {
      path: 'ledger-books',
      lazy: lazyPage(
        () => import('./books-page.tsx'),
        (page) => page.BooksPage,
      ),
    },
  ],
};
