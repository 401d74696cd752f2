import { listCustomers } from '@shuke/server/contracts/customers';

import { call } from '../../lib/api.ts';
import type { PaletteHit } from '../../lib/feature.ts';

/** Customers by whole phone number, its last four digits, or customer number. */
export async function searchCustomers(query: string, signal: AbortSignal): Promise<PaletteHit[]> {
  if (!/^[+#\d][\d\s-]{2,}$/.test(query)) return [];
  const { items } = await call(listCustomers, { query: { search: query, limit: 5 } }, { signal });
  return items.map(({ customerId, customerNo, displayName, phone }) => ({
    id: `customer-${customerId}`,
    title: displayName,
    detail: [`#${customerNo}`, phone].filter(Boolean).join(' · '),
    path: `/customers/${customerId}`,
  }));
}
