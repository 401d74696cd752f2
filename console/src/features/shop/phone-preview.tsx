import { GiftOutlined, PictureOutlined, SearchOutlined } from '@ant-design/icons';
import { listCategories } from '@shuke/server/contracts/catalog';
import { listTemplates } from '@shuke/server/contracts/coupons';
import { listProducts, readShop } from '@shuke/server/contracts/mall';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';

import { useLocale } from '../../i18n/index.ts';
import { formatMoney } from '../../lib/format.ts';
import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { pictureAddress } from '../catalog/product-picture.tsx';
import { offerText } from '../coupons/coupon-text.ts';
import { useProducts } from './product-picker.tsx';
import type { Block, Settings } from './settings-changes.ts';
import { readableOn } from './theme-colours.ts';

import styles from './preview.module.css';

type Of<Kind extends Block['kind']> = { readonly block: Extract<Block, { kind: Kind }> };

/** Home as a phone would show it with the settings in the form, filled with the shop's real goods and coupons. */
export function PhonePreview({ settings }: { readonly settings: Settings }) {
  const { t } = useTranslation('shop');
  const shop = useRead(readShop, {});
  const { theme, blocks } = settings;
  const looks = {
    '--shop-primary': theme.primary,
    '--shop-on-primary': readableOn(theme.primary),
    '--shop-accent': theme.accent,
    '--shop-on-accent': readableOn(theme.accent),
    '--shop-bg': theme.background,
    '--shop-radius': `${theme.radius}px`,
  } as CSSProperties;
  return (
    <figure className={styles['figure']} aria-label={t('preview.title')}>
      {/* A picture of the page: everything in it is in the form beside it. */}
      <div className={styles['phone']} style={looks} aria-hidden>
        <div className={styles['screen']}>
          <div className={styles['brand']}>
            {theme.logoFileId === null ? null : (
              <img className={styles['logo']} src={pictureAddress(theme.logoFileId, 80)} alt="" />
            )}
            <span>
              <strong>{shop.data?.brand.name}</strong>
              {theme.slogan === '' ? null : <small>{theme.slogan}</small>}
            </span>
          </div>
          <div className={styles['search']}>
            <SearchOutlined /> {t('preview.search')}
          </div>
          {blocks.length === 0 ? <p className={styles['note']}>{t('preview.empty')}</p> : null}
          {blocks.map((block, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- the preview keeps nothing between changes
            <Shown key={index} block={block} />
          ))}
        </div>
      </div>
      <figcaption>{t('preview.hint')}</figcaption>
    </figure>
  );
}

function Shown({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'banner':
      return <Banner block={block} />;
    case 'categories':
      return <Categories />;
    case 'product_grid':
      return block.source.by === 'picked' ? (
        <PickedGrid block={block} productIds={block.source.productIds} />
      ) : (
        <Grid block={block} />
      );
    case 'coupon_strip':
      return <CouponStrip block={block} />;
    case 'new_customer_gift':
      return <Gift block={block} />;
    case 'text':
      return (
        <div className={styles['card']}>
          {block.title === '' ? null : <strong>{block.title}</strong>}
          <p className={styles['body']}>{block.body}</p>
        </div>
      );
    default:
      return block satisfies never;
  }
}

function Banner({ block }: Of<'banner'>) {
  const [slide] = block.slides;
  if (slide === undefined) return null;
  return (
    <div className={styles['banner']}>
      {slide.fileId === '' ? <PictureOutlined /> : <img src={pictureAddress(slide.fileId, 560)} alt="" />}
      {slide.title === '' ? null : (
        <span className={styles['words']}>
          <strong>{slide.title}</strong>
          <small>{slide.subtitle}</small>
        </span>
      )}
      {block.slides.length === 1 ? null : (
        <span className={styles['dots']}>
          {block.slides.map((_slide, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- a dot per slide
            <i key={index} />
          ))}
        </span>
      )}
    </div>
  );
}

function Categories() {
  const { t } = useTranslation('shop');
  const enabled = useCan('catalog.read');
  const answer = useRead(listCategories, {}, { enabled, staleMs: 300_000 });
  const roots = (answer.data?.items ?? []).filter(({ parentId, isHidden }) => parentId === null && !isHidden);
  if (answer.data !== undefined && roots.length === 0)
    return <p className={styles['note']}>{t('preview.noCategories')}</p>;
  return (
    // Nine in rows of four would leave one alone, as in the mall.
    <div className={styles['categories']} data-five={roots.length % 4 === 1 || roots.length % 5 === 0}>
      {roots.map(({ categoryId, name }) => (
        <span key={categoryId}>
          <b>{name.slice(0, 1)}</b>
          <small>{name}</small>
        </span>
      ))}
    </div>
  );
}

interface Tile {
  readonly productId: string;
  readonly title: string;
  readonly picture: string | null;
  readonly priceFen: number | null;
}

function Grid({ block }: Of<'product_grid'>) {
  const { source, limit } = block;
  const query =
    source.by === 'category'
      ? { categoryId: source.categoryId, limit }
      : { sort: source.by === 'sold' ? ('sold' as const) : ('newest' as const), limit };
  const answer = useRead(
    listProducts,
    { query },
    { enabled: source.by !== 'category' || source.categoryId !== '', keepPrevious: true, staleMs: 60_000 },
  );
  const tiles = (answer.data?.items ?? []).map(({ productId, title, pictureUrl, priceFen }) => ({
    productId,
    title,
    picture: pictureUrl === null ? null : `${pictureUrl}?w=240`,
    priceFen,
  }));
  return <Tiles title={block.title} tiles={tiles} isLoading={answer.isLoading} />;
}

function PickedGrid({ block, productIds }: Of<'product_grid'> & { readonly productIds: readonly string[] }) {
  const products = useProducts(productIds.slice(0, block.limit));
  const tiles = products.map(({ productId, title, media, minPriceFen }) => {
    const cover = media.find(({ kind }) => kind === 'image');
    return {
      productId,
      title,
      picture: cover === undefined ? null : pictureAddress(cover.fileId, 240),
      priceFen: minPriceFen,
    };
  });
  return <Tiles title={block.title} tiles={tiles} isLoading={false} />;
}

interface TilesProps {
  readonly title: string;
  readonly tiles: readonly Tile[];
  readonly isLoading: boolean;
}

function Tiles({ title, tiles, isLoading }: TilesProps) {
  const { t } = useTranslation('shop');
  const locale = useLocale();
  return (
    <>
      {title === '' ? null : <strong className={styles['section']}>{title}</strong>}
      {tiles.length === 0 && !isLoading ? <p className={styles['note']}>{t('preview.noProducts')}</p> : null}
      <div className={styles['tiles']}>
        {tiles.map((tile) => (
          <div key={tile.productId} className={styles['tile']}>
            {tile.picture === null ? (
              <span className={styles['cover']}>
                <PictureOutlined />
              </span>
            ) : (
              <img className={styles['cover']} src={tile.picture} alt="" loading="lazy" />
            )}
            <span className={styles['tileTitle']}>{tile.title}</span>
            <b className={styles['price']}>{formatMoney(tile.priceFen, locale)}</b>
          </div>
        ))}
      </div>
    </>
  );
}

function useOffers(templateIds: readonly string[]) {
  const { t } = useTranslation();
  const locale = useLocale();
  const enabled = useCan('coupons.read');
  const answer = useRead(listTemplates, { query: { status: 'published', limit: 100 } }, { enabled });
  return templateIds.flatMap((id) =>
    (answer.data?.items ?? [])
      .filter(({ templateId, terms }) => templateId === id && terms.claim !== null)
      .map(({ templateId, terms }) => ({ templateId, name: terms.name, offer: offerText(t, terms, locale) })),
  );
}

function Tickets({ templateIds }: { readonly templateIds: readonly string[] }) {
  const { t } = useTranslation('shop');
  const offers = useOffers(templateIds);
  return (
    <div className={styles['tickets']}>
      {offers.map(({ templateId, name, offer }) => (
        <span key={templateId} className={styles['ticket']}>
          <b>{offer}</b>
          <small>{name}</small>
          <i>{t('preview.claim')}</i>
        </span>
      ))}
    </div>
  );
}

function CouponStrip({ block }: Of<'coupon_strip'>) {
  const { t } = useTranslation('shop');
  if (block.templateIds.length === 0) return <p className={styles['note']}>{t('preview.noCoupons')}</p>;
  return (
    <>
      <strong className={styles['section']}>{block.title === '' ? t('preview.coupons') : block.title}</strong>
      <Tickets templateIds={block.templateIds} />
    </>
  );
}

function Gift({ block }: Of<'new_customer_gift'>) {
  const { t } = useTranslation('shop');
  if (block.body === '' && block.templateIds.length === 0)
    return <p className={styles['note']}>{t('preview.noGift')}</p>;
  return (
    <div className={styles['gift']}>
      <div className={styles['giftHead']}>
        <span className={styles['giftIcon']}>
          <GiftOutlined />
        </span>
        <span>
          <strong>{block.title === '' ? t('preview.gift') : block.title}</strong>
          <small>{block.body}</small>
        </span>
        {block.link === '' ? null : <i className={styles['more']}>{t('preview.more')}</i>}
      </div>
      {block.templateIds.length === 0 ? null : <Tickets templateIds={block.templateIds} />}
    </div>
  );
}
