import { call } from '../api/client.ts';
import { readQuery } from './query.ts';

/** Asks for what the first page shows before React has drawn anything. */
export function readEarly({ page, params }: { page: string; params: Readonly<Record<string, string>> }): void {
  void readQuery('shop', () => call('readShop', {}));
  const { id } = params;
  if (page === 'pages/product/index' && id) {
    void readQuery(`product:${id}`, () => call('findProduct', { params: { productId: id } }));
  }
  if (page === 'pages/home/index') void readQuery('home', () => call('readHome', {}));
}
