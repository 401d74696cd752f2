import { expect, test } from 'vitest';

import { leadsSomewhere } from './link.ts';

test.each(['', 'coupons', '/coupons', 'product/0198', 'category/0198', 'category', 'search?q=tea', 'me'])(
  'the mall follows %j',
  (link) => {
    expect(leadsSomewhere(link)).toBe(true);
  },
);

test.each(['product', 'product/', 'https://example.com', 'coupon', 'checkout'])(
  'the mall does not follow %j',
  (link) => {
    expect(leadsSomewhere(link)).toBe(false);
  },
);
