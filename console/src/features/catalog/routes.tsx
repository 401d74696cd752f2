import type { Feature } from '../../lib/feature.ts';
import { lazyPage } from '../../lib/feature.ts';

export const catalog: Feature = {
  name: 'catalog',
  navigation: [
    { section: 'mall', path: 'products', label: 'catalog:navigation.products', permission: 'catalog.read', order: 40 },
    {
      section: 'mall',
      path: 'product-categories',
      label: 'catalog:navigation.categories',
      permission: 'catalog.read',
      order: 45,
    },
    { section: 'mall', path: 'stock', label: 'catalog:navigation.stock', permission: 'catalog.read', order: 50 },
  ],
  actions: [{ label: 'catalog:products.create', permission: 'catalog.write', path: '/products/new' }],
  search: [
    {
      label: 'catalog:navigation.products',
      permission: 'catalog.read',
      load: async () => (await import('./search-products.ts')).searchProducts,
    },
  ],
  routes: [
    {
      path: 'products',
      lazy: lazyPage(
        () => import('./products-page.tsx'),
        (page) => page.ProductsPage,
      ),
    },
    {
      path: 'products/new',
      lazy: lazyPage(
        () => import('./product-page.tsx'),
        (page) => page.NewProductPage,
      ),
    },
    {
      path: 'products/:productId',
      lazy: lazyPage(
        () => import('./product-page.tsx'),
        (page) => page.ProductPage,
      ),
    },
    {
      path: 'product-categories',
      lazy: lazyPage(
        () => import('./categories-page.tsx'),
        (page) => page.CategoriesPage,
      ),
    },
    {
      path: 'stock',
      lazy: lazyPage(
        () => import('./stock-page.tsx'),
        (page) => page.StockPage,
      ),
    },
  ],
};
