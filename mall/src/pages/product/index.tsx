import { Box, Carousel, Go, Heading, Pic, Tap, Txt } from '@elements';
import { platform } from '@platform';
import { useState } from 'react';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import type { Product, Sku } from '../../api/types.ts';
import { language } from '../../i18n/language.ts';
import { useT } from '../../i18n/t.ts';
import { addToCart, cartStore } from '../../lib/cart.ts';
import { chosenSku, firstChoice } from '../../lib/choose-sku.ts';
import type { Choice } from '../../lib/choose-sku.ts';
import { savedFen } from '../../lib/explain-price.ts';
import { formatCount, formatFen, formatFenShort } from '../../lib/money.ts';
import { useQuery } from '../../lib/query.ts';
import { useShop } from '../../lib/shop.ts';
import { useStore } from '../../lib/store.ts';
import { toast } from '../../lib/toast.ts';
import { traceCode } from '../../lib/trace-memory.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { PriceSheet } from '../../ui/price-sheet.tsx';
import { Price } from '../../ui/price.tsx';
import { ShareSheet } from '../../ui/share-sheet.tsx';
import { SpecSheet } from '../../ui/spec-sheet.tsx';
import { Bones, Failed } from '../../ui/states.tsx';

import './index.css';

type Opened = 'cart' | 'buy' | 'share' | 'price' | null;

export default function ProductPage(): ReactElement {
  const t = useT();
  const { id = '' } = platform.usePageParams();
  const {
    data: product,
    error,
    reload,
  } = useQuery(id ? `product:${id}` : null, () => call('findProduct', { params: { productId: id } }));
  platform.useShareMessage(() => ({
    title: product?.title ?? '',
    page: `pages/product/index?id=${id}${traceCode() ? `&t=${traceCode()}` : ''}`,
    pictureUrl: product?.pictureUrl ? platform.address(product.pictureUrl) : null,
  }));
  if (product) return <Shown product={product} />;
  return (
    <Page title={t('product.details')}>
      {error ? <Failed error={error} onRetry={() => void reload()} /> : <Bones heights={[360, 90, 56, 160]} />}
    </Page>
  );
}

function Shown({ product }: { product: Product }): ReactElement {
  const t = useT();
  const [opened, setOpened] = useState<Opened>(null);
  const [choice, setChoice] = useState<Choice>(() => firstChoice(product.skus, product.specNames));
  const [quantity, setQuantity] = useState(1);
  const sku = chosenSku(product.skus, product.specNames, choice);
  const isGone = product.available <= 0 || product.skus.length === 0;

  const finish = async (how: 'cart' | 'buy', chosen: Sku): Promise<void> => {
    setOpened(null);
    if (how === 'buy') {
      platform.open(`pages/checkout/index?sku=${chosen.skuId}&n=${quantity}`);
      return;
    }
    if (await addToCart(chosen.skuId, quantity)) toast(t('product.added'), 'good');
  };
  return (
    <Page
      title={product.title}
      hasNoTop
      bar={<BuyBar isGone={isGone} onCart={() => setOpened('cart')} onBuy={() => setOpened('buy')} />}
    >
      <Box className="wrap product">
        <Box className="product-media">
          <Gallery product={product} sku={sku} />
          <Tap className="product-round product-back" label={t('action.back')} onTap={() => platform.back()}>
            <Icon name="back" />
          </Tap>
          <Tap className="product-round product-share" label={t('product.share')} onTap={() => setOpened('share')}>
            <Icon name="share" />
          </Tap>
        </Box>
        <Box className="product-words stack">
          <PriceCard
            product={product}
            sku={sku}
            onExplain={() => setOpened('price')}
            onShare={() => setOpened('share')}
          />
          <Options product={product} sku={sku} quantity={quantity} onChoose={() => setOpened('cart')} />
        </Box>
        <Box className="product-details stack">
          <Details product={product} />
        </Box>
      </Box>
      {opened === 'cart' || opened === 'buy' ? (
        <SpecSheet
          product={product}
          choice={choice}
          onChoice={setChoice}
          quantity={quantity}
          onQuantity={setQuantity}
          how={opened}
          onDone={(chosen) => void finish(opened, chosen)}
          onClose={() => setOpened(null)}
        />
      ) : null}
      {opened === 'price' && sku ? <PriceSheet price={sku.price} onClose={() => setOpened(null)} /> : null}
      {opened === 'share' ? (
        <ShareSheet
          kind="product"
          sharedId={product.productId}
          title={product.title}
          pictureUrl={product.pictureUrl}
          onClose={() => setOpened(null)}
        />
      ) : null}
    </Page>
  );
}

function Gallery({ product, sku }: { product: Product; sku: Sku | undefined }): ReactElement {
  const t = useT();
  const pictures = [
    ...new Set([
      ...(product.pictureUrl ? [product.pictureUrl] : []),
      ...product.media.filter(({ kind }) => kind === 'image').map(({ url }) => url),
      ...(sku?.pictureUrl ? [sku.pictureUrl] : []),
    ]),
  ];
  const slides = (pictures.length > 0 ? pictures : [null]).map((url, at) => (
    <Pic key={url} src={url} alt={`${product.title} ${at + 1}`} width={400} isEager={at === 0} />
  ));
  return <Carousel className="product-gallery" label={t('product.gallery')} slides={slides} />;
}

function PriceCard({
  product,
  sku,
  onExplain,
  onShare,
}: {
  product: Product;
  sku: Sku | undefined;
  onExplain: () => void;
  onShare: () => void;
}): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  const saved = sku ? savedFen(sku.price) : 0;
  const listFen = sku ? Math.max(sku.price.listFen, sku.price.saleFen) : (product.listPriceFen ?? 0);
  return (
    <Box className="card">
      <Tap className="product-price" label={t('product.explain')} onTap={onExplain}>
        <Price amountFen={sku?.price.payFen ?? product.priceFen} size="l" />
        {!sku && product.hasHigherPrices ? <Txt className="small muted">{t('product.from')}</Txt> : null}
        {saved > 0 ? <Txt className="was num">{formatFenShort(listFen, currency)}</Txt> : null}
        {sku && sku.price.kind !== 'sale' ? (
          <Txt className="badge badge-warm">{t(`product.price.${sku.price.kind}`)}</Txt>
        ) : null}
        {saved > 0 ? (
          <Txt className="badge badge-warm num">{t('product.saves', { amount: formatFenShort(saved, currency) })}</Txt>
        ) : null}
        <Icon name="chevron" size="small" />
      </Tap>
      {sku && sku.price.memberFen !== null && sku.price.kind !== 'member' ? (
        <Box className="product-member">
          <Txt className="badge num">
            {t('product.memberPays', { price: formatFen(sku.price.memberFen, currency) })}
          </Txt>
        </Box>
      ) : null}
      <Heading level={1} className="h2 product-title">
        {product.title}
      </Heading>
      {product.subtitle ? <Box className="small muted">{product.subtitle}</Box> : null}
      <Box className="line product-facts">
        <Txt className="small muted">
          {product.soldQuantity > 0 ? t('product.sold', { count: formatCount(product.soldQuantity, language()) }) : ''}
        </Txt>
        <Button kind="line" size="small" onTap={onShare}>
          <Icon name="coin" size="small" />
          {t('product.shareEarn')}
        </Button>
      </Box>
    </Box>
  );
}

function stockWords(t: ReturnType<typeof useT>, available: number): string {
  if (available <= 0) return t('product.soldOut');
  return t(available <= 10 ? 'product.stockFew' : 'product.stock', { count: available });
}

function Options({
  product,
  sku,
  quantity,
  onChoose,
}: {
  product: Product;
  sku: Sku | undefined;
  quantity: number;
  onChoose: () => void;
}): ReactElement {
  const t = useT();
  const shop = useShop();
  const chosen = sku ? product.specNames.map((name) => sku.spec[name]).join(' / ') : '';
  const available = sku?.available ?? product.available;
  return (
    <Box className="card card-flat">
      <Tap className="list-row is-first" onTap={onChoose}>
        <Txt className="muted product-label">{t('product.chosen')}</Txt>
        <Txt className="grow clip">
          {chosen ? `${chosen} · ` : ''}×{quantity}
        </Txt>
        <Box className="list-end">
          <Txt className={`small ${available <= 10 ? 'text-price' : ''}`}>{stockWords(t, available)}</Txt>
          <Icon name="chevron" size="small" />
        </Box>
      </Tap>
      {product.promotions.length > 0 ? (
        <Box className="list-row">
          <Txt className="muted product-label">{t('product.promotions')}</Txt>
          <Box className="product-promos">
            {product.promotions.map(({ promotionId, name }) => (
              <Txt key={promotionId} className="badge badge-warm">
                {name}
              </Txt>
            ))}
          </Box>
        </Box>
      ) : null}
      {shop ? (
        <Box className="list-row">
          <Txt className="muted product-label">{t('product.freight')}</Txt>
          <Txt className="small">{freightWords(t, shop.freight, shop.brand.currency)}</Txt>
        </Box>
      ) : null}
    </Box>
  );
}

function freightWords(
  t: ReturnType<typeof useT>,
  { baseFen, freeFromFen }: { baseFen: number; freeFromFen: number | null },
  currency: string,
): string {
  if (baseFen === 0) return t('product.freightFree');
  const amount = formatFenShort(baseFen, currency);
  if (freeFromFen === null) return t('product.freightFlat', { amount });
  return t('product.freightRule', { amount, from: formatFenShort(freeFromFen, currency) });
}

function Details({ product }: { product: Product }): ReactElement {
  const t = useT();
  const attributes = Object.entries(product.attributes);
  return (
    <>
      {attributes.length > 0 ? (
        <Box className="card">
          <Heading level={2} className="h3">
            {t('product.attributes')}
          </Heading>
          {attributes.map(([name, value]) => (
            <Box key={name} className="product-attribute">
              <Txt className="muted product-label">{name}</Txt>
              <Txt className="grow">{value}</Txt>
            </Box>
          ))}
        </Box>
      ) : null}
      {product.details.length > 0 ? (
        <Box className="card product-story">
          <Heading level={2} className="h3">
            {t('product.details')}
          </Heading>
          {product.details.map((detail, at) =>
            detail.type === 'text' ? (
              <Box key={at} className="pre">
                {detail.text}
              </Box>
            ) : (
              <Pic key={at} src={detail.url} alt="" ratio={0.75} width={640} />
            ),
          )}
        </Box>
      ) : null}
    </>
  );
}

function BuyBar({ isGone, onCart, onBuy }: { isGone: boolean; onCart: () => void; onBuy: () => void }): ReactElement {
  const t = useT();
  const { cart } = useStore(cartStore);
  return (
    <>
      <Go className="icon-button" to="pages/home/index" label={t('tab.home')}>
        <Icon name="home" />
      </Go>
      <Go className="icon-button product-cart" to="pages/cart/index" label={t('product.viewCart')}>
        <Icon name="cart" />
        {cart && cart.quantity > 0 ? (
          <Txt className="tabbar-count num product-count">{cart.quantity > 99 ? '99+' : cart.quantity}</Txt>
        ) : null}
      </Go>
      <Box className="grow product-buy">
        <Button kind="line" size="big" isDisabled={isGone} onTap={onCart}>
          {t('product.addToCart')}
        </Button>
        <Button size="big" isDisabled={isGone} onTap={onBuy}>
          {t(isGone ? 'product.soldOut' : 'product.buyNow')}
        </Button>
      </Box>
    </>
  );
}
