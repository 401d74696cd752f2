import { call } from '../api/client.ts';
import type { Shop } from '../api/types.ts';
import { useQuery } from './query.ts';

/** The shop: brand, theme, rules. Undefined until it has answered. */
export function useShop(): Shop | undefined {
  return useQuery('shop', () => call('readShop', {})).data;
}
