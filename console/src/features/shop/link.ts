/** Pages of the mall a link may name without an id. */
export const linkPages = ['coupons', 'products', 'cart', 'me', 'share', 'orders', 'messages'] as const;

/** Whether the mall follows a link: nothing, a page, `category/…`, `product/…` or `search?q=…`. */
export function leadsSomewhere(link: string): boolean {
  const [path = ''] = link.trim().replace(/^\/+/, '').split('?');
  const [name = '', id = ''] = path.split('/');
  if (name === '') return true;
  if (name === 'product') return id !== '';
  return name === 'category' || name === 'search' || (linkPages as readonly string[]).includes(name);
}
