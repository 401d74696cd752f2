import { QueryClientProvider } from '@tanstack/react-query';
import { Button } from 'antd';
import { renderToStaticMarkup } from 'react-dom/server';
import { MemoryRouter } from 'react-router';
import { beforeAll, expect, test } from 'vitest';

import { startI18n } from '../i18n/index.ts';
import { ApiError } from '../lib/api-error.ts';
import { createQueryClient } from '../lib/query.ts';
import type { List } from '../lib/query.ts';
import type { Filter } from './filters.ts';
import { useFilters } from './filters.ts';
import { ListPage } from './list-page.tsx';

interface Shelf {
  readonly id: string;
  readonly name: string;
  readonly note: string;
}

const filters: readonly Filter[] = [{ kind: 'search', key: 'q', label: 'Name', placeholder: 'Name' }];

function Shelves({ list }: { readonly list: List<Shelf> }) {
  return (
    <ListPage<Shelf>
      name="shelves"
      title="Shelves"
      purpose="Where things stand."
      filters={filters}
      filterState={useFilters(filters)}
      list={list}
      rowKey={(shelf) => shelf.id}
      columns={[
        { key: 'name', title: 'Name', render: (shelf) => shelf.name },
        { key: 'note', title: 'Note', render: (shelf) => shelf.note, optional: true },
      ]}
      empty={{ title: 'No shelves yet', hint: 'Put one up.', action: <Button>Put up a shelf</Button> }}
    />
  );
}

const noRows: List<Shelf> = {
  rows: [],
  page: undefined,
  pageIndex: 0,
  total: 0,
  hasNext: false,
  hasPrevious: false,
  isLoading: false,
  isRefreshing: false,
  error: null,
  next: () => undefined,
  previous: () => undefined,
  retry: () => undefined,
};

function render(list: Partial<List<Shelf>>, address = '/'): string {
  return renderToStaticMarkup(
    <QueryClientProvider client={createQueryClient()}>
      <MemoryRouter initialEntries={[address]}>
        <Shelves list={{ ...noRows, ...list }} />
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

beforeAll(() => startI18n('en'));

test('an empty list offers the first step', () => {
  const page = render({});
  expect(page).toContain('No shelves yet');
  expect(page).toContain('Put up a shelf');
});

test('an empty answer to a filter offers to clear it instead', () => {
  const page = render({}, '/?q=oak');
  expect(page).toContain('Nothing matches');
  expect(page).not.toContain('No shelves yet');
});

test('a refusal says what happened in words and keeps the request id', () => {
  const error = new ApiError({ status: 503, code: 'unavailable', message: 'Database restarting.', requestId: 'r-1' });
  const page = render({ error });
  expect(page).toContain('The service is not available at the moment.');
  expect(page).toContain('r-1');
});

test('an unknown code falls back to the server’s own sentence', () => {
  expect(render({ error: new ApiError({ status: 409, code: 'shelf_full', message: 'The shelf is full.' }) })).toContain(
    'The shelf is full.',
  );
});

test('rows show the standard columns and leave out the optional ones', () => {
  const page = render({ rows: [{ id: '1', name: 'Oak', note: 'wobbly' }], total: 1 });
  expect(page).toContain('Oak');
  expect(page).not.toContain('wobbly');
});

test('loading is announced, not blank', () => {
  expect(render({ isLoading: true })).toMatch(/role="status"[^>]*aria-label="Loading"/);
});
