import { Box, Go, Heading, Pic, Tap, Txt } from '@elements';
import { platform } from '@platform';
import type { ReactElement } from 'react';

import type { Cart, CartLine } from '../../api/types.ts';
import { useT } from '../../i18n/t.ts';
import { isAllSelected } from '../../lib/cart-lines.ts';
import { cartStore, loadCart, removeLine, setQuantity, setSelected, setSelection } from '../../lib/cart.ts';
import { confirm } from '../../lib/confirm.ts';
import { formatFenShort } from '../../lib/money.ts';
import { useShop } from '../../lib/shop.ts';
import { useStore } from '../../lib/store.ts';
import { toast } from '../../lib/toast.ts';
import { Button } from '../../ui/button.tsx';
import { Check } from '../../ui/check.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { Price } from '../../ui/price.tsx';
import { Bones, Empty, Failed } from '../../ui/states.tsx';
import { Stepper } from '../../ui/stepper.tsx';

import './index.css';

export default function CartPage(): ReactElement {
  const t = useT();
  const { cart, error } = useStore(cartStore);
  platform.useOnShow(() => void loadCart());
  const hasLines = cart !== null && cart.lines.length > 0;
  return (
    <Page title={t('cart.title')} tab="cart" isBarNarrow bar={hasLines ? <CartBar cart={cart} /> : undefined}>
      <Box className="wrap wrap-narrow stack">
        <Heading level={1} className="cart-title h1">
          {t('cart.title')}
        </Heading>
        {cart ? (
          hasLines ? (
            <>
              <Hints cart={cart} />
              {cart.lines.map((line) => (
                <Line key={line.skuId} line={line} />
              ))}
            </>
          ) : (
            <Empty
              icon="cart"
              title={t('cart.empty')}
              body={t('cart.emptyBody')}
              action={{ text: t('action.goShopping'), to: 'pages/home/index' }}
            />
          )
        ) : error ? (
          <Failed error={error} onRetry={() => void loadCart()} />
        ) : (
          <Bones heights={[120, 120, 120]} />
        )}
      </Box>
    </Page>
  );
}

function Hints({ cart }: { cart: Cart }): ReactElement | null {
  const t = useT();
  const currency = useShop()?.brand.currency;
  if (cart.hints.length === 0) return null;
  return (
    <>
      {cart.hints.map(({ promotionId, name, missingFen, offFen }) => (
        <Go key={promotionId} className="note" to="pages/category/index">
          <Icon name="ticket" size="small" />
          <Txt className="grow">
            {t('cart.hint', {
              name,
              missing: formatFenShort(missingFen, currency),
              off: formatFenShort(offFen, currency),
            })}
          </Txt>
          <Icon name="chevron" size="small" />
        </Go>
      ))}
    </>
  );
}

function Line({ line }: { line: CartLine }): ReactElement {
  const t = useT();
  const isGone = line.problem === 'off_sale' || line.problem === 'sold_out';
  const remove = async (): Promise<void> => {
    const isSure = await confirm({
      title: t('cart.removeTitle'),
      body: t('cart.removeBody', { title: line.title }),
      yes: t('cart.removeYes'),
    });
    if (isSure && (await removeLine(line.skuId))) toast(t('cart.removed'));
  };
  return (
    <Box className={`card cart-line ${isGone ? 'is-gone' : ''}`}>
      <Check
        isOn={line.isSelected && !isGone}
        isDisabled={isGone}
        label={t('cart.select', { title: line.title })}
        onTap={() => void setSelected(line.skuId, !line.isSelected)}
      />
      <Go className="thumb" to={`pages/product/index?id=${line.productId}`} label={line.title}>
        <Pic src={line.pictureUrl} alt="" width={88} />
      </Go>
      <Box className="grow cart-words">
        <Box className="line line-top">
          <Go className="clip2 grow cart-name" to={`pages/product/index?id=${line.productId}`}>
            {line.title}
          </Go>
          <Tap
            className="icon-button cart-remove muted"
            label={t('cart.remove', { title: line.title })}
            onTap={() => void remove()}
          >
            <Icon name="trash" size="small" />
          </Tap>
        </Box>
        {line.spec ? <Box className="tiny muted clip">{line.spec}</Box> : null}
        {line.problem ? (
          <Box className="tiny text-bad">{t(`cart.${line.problem}`, { count: line.available })}</Box>
        ) : line.available <= 10 ? (
          <Box className="tiny text-price">{t('product.stockFew', { count: line.available })}</Box>
        ) : null}
        <Box className="line cart-foot">
          <Price amountFen={line.price.payFen} size="m" />
          {isGone ? null : (
            <Stepper
              value={line.quantity}
              most={Math.max(1, line.available)}
              label={`${line.title} ${t('product.quantity')}`}
              onChange={(quantity) => void setQuantity(line.skuId, quantity)}
            />
          )}
        </Box>
      </Box>
    </Box>
  );
}

function CartBar({ cart }: { cart: Cart }): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  const isAll = isAllSelected(cart);
  const all = cart.lines
    .filter(({ problem }) => problem !== 'off_sale' && problem !== 'sold_out')
    .map(({ skuId }) => skuId);
  const { selected } = cart;
  const checkout = (): void => {
    if (selected.quantity === 0) toast(t('cart.nothing'));
    else platform.open('pages/checkout/index');
  };
  return (
    <>
      <Box className="line line-start cart-all">
        <Check isOn={isAll} label={t('cart.selectAll')} onTap={() => void setSelection(isAll ? [] : all)} />
        <Txt className="small">{t('cart.selectAll')}</Txt>
      </Box>
      <Box className="grow cart-sum">
        <Box className="cart-total">
          <Txt className="small">{t('cart.total')}</Txt>
          <Price amountFen={selected.totalFen} size="m" />
        </Box>
        {selected.discountFen > 0 ? (
          <Box className="tiny text-price num">
            {t('cart.discount', { amount: formatFenShort(selected.discountFen, currency) })}
          </Box>
        ) : null}
      </Box>
      <Button size="big" isDisabled={selected.quantity === 0} onTap={checkout}>
        {t('cart.checkoutCount', { count: selected.quantity })}
      </Button>
    </>
  );
}
