import { Box, Carousel, Go, Heading, Pic, Txt } from '@elements';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import type { HomeBlock } from '../../api/types.ts';
import { useT } from '../../i18n/t.ts';
import { pageOfLink } from '../../lib/link.ts';
import { useQuery } from '../../lib/query.ts';
import { useShop } from '../../lib/shop.ts';
import { CouponStrip } from '../../ui/coupon-strip.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { ProductTiles } from '../../ui/product-tiles.tsx';
import { Empty, Failed, TileBones } from '../../ui/states.tsx';

import './index.css';

export default function HomePage(): ReactElement {
  const t = useT();
  const shop = useShop();
  const { data, error, reload } = useQuery('home', () => call('readHome', {}));
  return (
    <Page title={t('tab.home')} tab="home">
      <Box className="home-head">
        <Box className="wrap">
          <Box className="home-brand">
            {shop?.theme.logoUrl ? (
              <Box className="home-logo">
                <Pic src={shop.theme.logoUrl} alt="" width={40} isEager />
              </Box>
            ) : null}
            <Box className="grow">
              <Heading level={1} className="h1">
                {shop?.brand.name ?? ''}
              </Heading>
              {shop?.theme.slogan ? <Box className="small muted clip">{shop.theme.slogan}</Box> : null}
            </Box>
            {shop?.isSandbox ? <Txt className="badge badge-quiet">{t('state.sandbox')}</Txt> : null}
          </Box>
          <Go className="home-search" to="pages/search/index">
            <Icon name="search" size="small" />
            <Txt>{t('home.search')}</Txt>
          </Go>
        </Box>
      </Box>
      <Box className="wrap stack">
        {data ? (
          data.blocks.length > 0 ? (
            data.blocks.map((block, at) => (
              <Block
                key={block.blockId}
                block={block}
                isFirst={at === 0}
                isHigh={at < 3 && data.blocks.findIndex(({ kind }) => kind === 'product_grid') === at}
              />
            ))
          ) : (
            <Empty icon="gift" title={t('home.empty')} body={t('home.emptyBody')} />
          )
        ) : error ? (
          <Failed error={error} onRetry={() => void reload()} />
        ) : (
          <>
            <Box className="bone home-banner-bone" />
            <TileBones />
          </>
        )}
      </Box>
    </Page>
  );
}

function Block({
  block,
  isFirst,
  isHigh,
}: {
  block: HomeBlock;
  isFirst: boolean;
  isHigh: boolean;
}): ReactElement | null {
  const t = useT();
  switch (block.kind) {
    case 'banner':
      return <Banner block={block} isFirst={isFirst} />;
    case 'categories': {
      const roots = block.items.filter(({ parentId }) => parentId === null);
      // Nine in rows of four would leave one alone.
      const width = roots.length % 4 === 1 || roots.length % 5 === 0 ? 'home-cats-five' : '';
      return roots.length > 0 ? (
        <Box className={`home-cats ${width}`} role="group" label={block.title || t('home.shortcuts')}>
          {roots.map(({ categoryId, name }) => (
            <Go key={categoryId} className="home-cat" to={`pages/category/index?id=${categoryId}`}>
              <Txt hidden className="home-cat-mark">
                {name.slice(0, 1)}
              </Txt>
              <Txt className="small clip2 home-cat-name">{name}</Txt>
            </Go>
          ))}
        </Box>
      ) : null;
    }
    case 'product_grid':
      return block.items.length > 0 ? (
        <>
          {block.title ? <Title title={block.title} link={block.link} /> : null}
          <ProductTiles items={block.items} eager={isHigh ? 4 : 0} />
        </>
      ) : null;
    case 'coupon_strip':
      return block.items.length > 0 ? (
        <>
          <Title title={block.title || t('home.coupons')} link="coupons" />
          <CouponStrip items={block.items} />
        </>
      ) : null;
    case 'new_customer_gift':
      return <Gift block={block} />;
    case 'text':
      return (
        <Box className="card">
          {block.title ? (
            <Heading level={2} className="h2">
              {block.title}
            </Heading>
          ) : null}
          <Box className="muted pre">{block.body}</Box>
        </Box>
      );
    default:
      // A released mini-program meets kinds of a newer server.
      return null;
  }
}

function Title({ title, link }: { title: string; link: string }): ReactElement {
  const t = useT();
  const to = pageOfLink(link);
  return (
    <Box className="section-title">
      <Heading level={2} className="h2">
        {title}
      </Heading>
      {to ? (
        <Go className="home-more small muted" to={to} label={`${title}: ${t('action.more')}`}>
          <Txt>{t('action.more')}</Txt>
          <Icon name="chevron" size="small" />
        </Go>
      ) : null}
    </Box>
  );
}

function Banner({ block, isFirst }: { block: Extract<HomeBlock, { kind: 'banner' }>; isFirst: boolean }): ReactElement {
  const t = useT();
  const slides = block.slides.map((slide, at) => {
    const inside = (
      <Box className="home-slide">
        <Pic
          src={slide.pictureUrl}
          alt={slide.pictureUrl && !slide.title ? t('home.banner') : ''}
          ratio={0.5}
          width={560}
          isEager={isFirst && at === 0}
        />
        {slide.title ? (
          <Box className="home-slide-words">
            <Box className="home-slide-title">{slide.title}</Box>
            {slide.subtitle ? <Box className="small">{slide.subtitle}</Box> : null}
          </Box>
        ) : null}
      </Box>
    );
    const to = pageOfLink(slide.link);
    return to ? (
      <Go className="home-slide-go" key={at} to={to} label={slide.title || t('home.banner')}>
        {inside}
      </Go>
    ) : (
      inside
    );
  });
  return <Carousel className="home-banner" label={block.title || t('home.banner')} slides={slides} />;
}

function Gift({ block }: { block: Extract<HomeBlock, { kind: 'new_customer_gift' }> }): ReactElement {
  const t = useT();
  const to = pageOfLink(block.link);
  return (
    <Box className="home-gift">
      <Box className="line">
        <Box className="home-gift-icon">
          <Icon name="gift" />
        </Box>
        <Box className="grow">
          <Heading level={2} className="h2">
            {block.title || t('home.gift')}
          </Heading>
          <Box className="small">{block.body}</Box>
        </Box>
        {to ? (
          <Go className="button button-warm button-small" to={to}>
            {t('action.more')}
          </Go>
        ) : null}
      </Box>
      {block.items.length > 0 ? <CouponStrip items={block.items} /> : null}
    </Box>
  );
}
