import { Box, Go, Row, Tap, Txt } from '@elements';
import { platform } from '@platform';
import { useState } from 'react';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import type { Category } from '../../api/types.ts';
import { useT } from '../../i18n/t.ts';
import { usePages, useQuery } from '../../lib/query.ts';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { ProductTiles } from '../../ui/product-tiles.tsx';
import { sortList } from '../../ui/sort-list.ts';
import type { Sort } from '../../ui/sort-list.ts';
import { Empty, Failed, TileBones } from '../../ui/states.tsx';

import './index.css';

/** The chosen category's first ancestor, for the upper row. */
function rootOf(categories: readonly Category[], id: string | null): string | null {
  const chosen = categories.find(({ categoryId }) => categoryId === id);
  if (!chosen) return null;
  return chosen.parentId === null ? chosen.categoryId : rootOf(categories, chosen.parentId);
}

export default function CategoryPage(): ReactElement {
  const t = useT();
  const params = platform.usePageParams();
  const [chosen, setChosen] = useState<string | null>(params.id ?? null);
  const [sort, setSort] = useState<Sort>('sold');
  const { data } = useQuery('categories', () => call('listCategories', {}));
  const categories = data?.items ?? [];
  const root = rootOf(categories, chosen);
  const below = categories.filter(({ parentId }) => parentId !== null && parentId === root);
  const products = usePages(`products:${chosen}:${sort}`, (cursor) =>
    call('listProducts', {
      query: { sort, limit: 20, ...(chosen ? { categoryId: chosen } : {}), ...(cursor ? { cursor } : {}) },
    }),
  );
  platform.useReachEnd(products.more);
  return (
    <Page title={t('category.title')} tab="category">
      <Box className="cat-head">
        <Box className="wrap">
          <Go className="cat-search" to="pages/search/index">
            <Icon name="search" size="small" />
            <Txt>{t('home.search')}</Txt>
          </Go>
          <Row className="cat-row" label={t('category.title')}>
            <Chip text={t('category.all')} isOn={chosen === null} onTap={() => setChosen(null)} />
            {categories
              .filter(({ parentId }) => parentId === null)
              .map(({ categoryId, name }) => (
                <Chip key={categoryId} text={name} isOn={categoryId === root} onTap={() => setChosen(categoryId)} />
              ))}
          </Row>
          {below.length > 0 ? (
            <Row className="cat-row" label={t('category.title')}>
              {below.map(({ categoryId, name }) => (
                <Chip key={categoryId} text={name} isOn={categoryId === chosen} onTap={() => setChosen(categoryId)} />
              ))}
            </Row>
          ) : null}
          <Row className="cat-sort" label={t('sort.label')}>
            {sortList.map((key) => (
              <Tap
                key={key}
                className={`cat-sort-tap ${key === sort ? 'is-on' : ''}`}
                role="radio"
                isOn={key === sort}
                onTap={() => setSort(key)}
              >
                {t(`sort.${key}`)}
              </Tap>
            ))}
          </Row>
        </Box>
      </Box>
      <Box className="wrap stack">
        {products.items ? (
          products.items.length > 0 ? (
            <>
              <ProductTiles items={products.items} eager={4} />
              <Box className="center small muted">{products.hasMore ? t('state.loading') : t('state.end')}</Box>
            </>
          ) : (
            <Empty icon="grid" title={t('category.empty')} />
          )
        ) : products.error ? (
          <Failed error={products.error} onRetry={() => void products.reload()} />
        ) : (
          <TileBones count={8} />
        )}
      </Box>
    </Page>
  );
}

function Chip({ text, isOn, onTap }: { text: string; isOn: boolean; onTap: () => void }): ReactElement {
  return (
    <Tap className={`chip ${isOn ? 'is-on' : ''}`} role="radio" isOn={isOn} onTap={onTap}>
      {text}
    </Tap>
  );
}
