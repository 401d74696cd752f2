/** The page a link set in the console leads to (`product/<id>`, `category/<id>`, `search?q=…`, `coupons`, …); null: nowhere. */
export function pageOfLink(link: string): string | null {
  const [path = '', query = ''] = link.trim().replace(/^\/+/, '').split('?');
  const [name = '', id = ''] = path.split('/');
  if (name === 'product' && id) return `pages/product/index?id=${encodeURIComponent(id)}`;
  if (name === 'category') return `pages/category/index${id ? `?id=${encodeURIComponent(id)}` : ''}`;
  if (name === 'search') return `pages/search/index${query ? `?${query}` : ''}`;
  if (['coupons', 'cart', 'me', 'share', 'orders', 'messages'].includes(name)) return `pages/${name}/index`;
  if (name === 'products') return 'pages/category/index';
  return null;
}
