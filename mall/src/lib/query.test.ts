import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it, vi } from 'vitest';

import { dropQueries, putQuery, readQuery, useQuery } from './query.ts';

// Neither browser nor WeChat is here; answers come from the tests.
vi.mock('@platform', () => ({
  platform: { read: () => null, preferredLanguage: () => 'zh-CN', setLanguage: () => undefined },
}));

/** What a page shows at this moment for a key, before it asks for anything. */
function shown(key: string): unknown {
  let data: unknown;
  function Page(): null {
    ({ data } = useQuery<unknown>(key, () => Promise.resolve('asked')));
    return null;
  }
  renderToStaticMarkup(createElement(Page));
  return data;
}

it('shares one question among all who ask for it meanwhile', async () => {
  let asked = 0;
  const read = (): Promise<number> => Promise.resolve((asked += 1));

  await Promise.all([readQuery('shared', read), readQuery('shared', read)]);

  expect({ asked, shown: shown('shared') }).toEqual({ asked: 1, shown: 1 });
});

it('shows nothing of the last person to the next, even when the answer comes after the change', async () => {
  putQuery('orders', 'of Ann');
  const { promise, resolve } = Promise.withResolvers<string>();
  const late = readQuery('me', () => promise);

  dropQueries();
  resolve('Ann');
  await late;

  expect([shown('orders'), shown('me')]).toEqual([undefined, undefined]);
});

it('asks again for the next person while the question of the last is still underway', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const late = readQuery('member', () => promise);
  dropQueries();

  await readQuery('member', () => Promise.resolve('Bea'));
  resolve('Ann');
  await late;

  expect(shown('member')).toBe('Bea');
});

it('keeps the shop itself, which is the same for everybody', () => {
  putQuery('shop', 'Shuke');

  dropQueries();

  expect(shown('shop')).toBe('Shuke');
});
