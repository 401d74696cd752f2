import { Box, Field, Go, Heading, Row, Tap } from '@elements';
import { platform } from '@platform';
import { useState } from 'react';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import { useT } from '../../i18n/t.ts';
import { usePages, useQuery } from '../../lib/query.ts';
import { readRecent, rememberWords } from '../../lib/recent-words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { ProductTiles } from '../../ui/product-tiles.tsx';
import { Failed, TileBones } from '../../ui/states.tsx';

const key = 'shuke.searched';

export default function SearchPage(): ReactElement {
  const t = useT();
  const { q = '' } = platform.usePageParams();
  const [words, setWords] = useState(q);
  const [recent, setRecent] = useState(() => readRecent(platform.read(key)));
  const search = (wanted: string): void => {
    const clean = wanted.trim();
    if (clean === '') return;
    const next = rememberWords(recent, clean);
    platform.write(key, JSON.stringify(next));
    setRecent(next);
    platform.replace(`pages/search/index?q=${encodeURIComponent(clean)}`);
  };
  const clear = (): void => {
    platform.write(key, null);
    setRecent([]);
  };
  return (
    <Page title={t('search.title')}>
      <Box className="wrap stack">
        <Box className="line">
          <Field
            className="grow"
            label={t('search.title')}
            isLabelHidden
            isAutoFocused={q === ''}
            type="search"
            value={words}
            onChange={setWords}
            onEnter={() => search(words)}
            placeholder={t('search.placeholder')}
            maxLength={80}
            autoComplete="off"
          />
          <Button onTap={() => search(words)}>{t('search.button')}</Button>
        </Box>
        {q ? (
          <Results words={q} />
        ) : recent.length > 0 ? (
          <>
            <Box className="section-title">
              <Heading level={2} className="h3">
                {t('search.recent')}
              </Heading>
              <Tap className="icon-button muted" label={t('search.clear')} onTap={clear}>
                <Icon name="trash" />
              </Tap>
            </Box>
            <Row label={t('search.recent')}>
              {recent.map((each) => (
                <Tap key={each} className="chip" onTap={() => search(each)}>
                  {each}
                </Tap>
              ))}
            </Row>
          </>
        ) : null}
      </Box>
    </Page>
  );
}

function Results({ words }: { words: string }): ReactElement {
  const t = useT();
  const found = usePages(`search:${words}`, (cursor) =>
    call('listProducts', { query: { search: words, sort: 'sold', limit: 20, ...(cursor ? { cursor } : {}) } }),
  );
  platform.useReachEnd(found.more);
  if (!found.items)
    return found.error ? <Failed error={found.error} onRetry={() => void found.reload()} /> : <TileBones />;
  if (found.items.length === 0) return <Nothing words={words} />;
  return (
    <>
      <ProductTiles items={found.items} eager={4} />
      <Box className="center small muted">{found.hasMore ? t('state.loading') : t('state.end')}</Box>
    </>
  );
}

function Nothing({ words }: { words: string }): ReactElement {
  const t = useT();
  const { data } = useQuery('categories', () => call('listCategories', {}));
  return (
    <Box className="empty">
      <Box className="empty-icon">
        <Icon name="search" size="large" />
      </Box>
      <Heading level={2} className="h2">
        {t('search.none', { words })}
      </Heading>
      <Box className="muted">{t('search.noneBody')}</Box>
      <Box className="spec-values search-ways">
        {data?.items
          .filter(({ parentId }) => parentId === null)
          .map(({ categoryId, name }) => (
            <Go key={categoryId} className="chip" to={`pages/category/index?id=${categoryId}`}>
              {name}
            </Go>
          ))}
      </Box>
    </Box>
  );
}
