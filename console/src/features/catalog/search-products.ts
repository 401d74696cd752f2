import { listProducts } from '@shuke/server/contracts/catalog';

import { call } from '../../lib/api.ts';
import type { PaletteHit } from '../../lib/feature.ts';

/** Products by name or code. */
export async function searchProducts(query: string, signal: AbortSignal): Promise<PaletteHit[]> {
  const { items } = await call(listProducts, { query: { search: query, limit: 5 } }, { signal });
  return items.map(({ productId, title, code }) => ({
    id: `product-${productId}`,
    title,
    detail: code,
    path: `/products/${productId}`,
  }));
}
