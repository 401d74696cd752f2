import { Box, Field, Go, Heading, Pic, Tap, Txt } from '@elements';
import { useState } from 'react';
import type { ReactElement } from 'react';

import type { Quote } from '../../api/types.ts';
import { useT } from '../../i18n/t.ts';
import { addressText } from '../../lib/address-text.ts';
import { formatFen, formatFenShort } from '../../lib/money.ts';
import { formatPhone } from '../../lib/phone.ts';
import { useShop } from '../../lib/shop.ts';
import { Button } from '../../ui/button.tsx';
import { Switch } from '../../ui/check.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { PriceSteps } from '../../ui/price-steps.tsx';
import { Price } from '../../ui/price.tsx';
import { Bones, Empty, Failed } from '../../ui/states.tsx';
import { AddressSheet } from './address-sheet.tsx';
import { CouponSheet } from './coupon-sheet.tsx';
import { useCheckout } from './use-checkout.ts';
import type { Checkout } from './use-checkout.ts';

import './index.css';

export default function CheckoutPage(): ReactElement {
  const t = useT();
  const checkout = useCheckout();
  const { quote, error } = checkout;
  return (
    <Page
      title={t('checkout.title')}
      isBarNarrow
      bar={quote ? <SubmitBar checkout={checkout} quote={quote} /> : undefined}
    >
      {quote ? (
        <Form checkout={checkout} quote={quote} />
      ) : error ? (
        error.code === 'cart_empty' ? (
          <Empty
            icon="cart"
            title={t('checkout.empty')}
            action={{ text: t('action.goShopping'), to: 'pages/home/index' }}
          />
        ) : (
          <Failed error={error} onRetry={checkout.reload} />
        )
      ) : (
        <Bones heights={[84, 180, 110, 190]} />
      )}
    </Page>
  );
}

function Form({ checkout, quote }: { checkout: Checkout; quote: Quote }): ReactElement {
  const t = useT();
  const [opened, setOpened] = useState<'address' | 'coupons' | null>(null);
  return (
    <Box className="wrap wrap-narrow stack">
      {quote.problems.map(({ skuId, title, problem, available }) => (
        <Box key={skuId} className="note note-bad" role="alert">
          <Icon name="alert" size="small" />
          <Txt className="grow">{t(`checkout.problem.${problem}`, { title, count: available })}</Txt>
          <Go className="strong checkout-fix" to="pages/cart/index">
            {t('product.viewCart')}
          </Go>
        </Box>
      ))}
      <AddressCard quote={quote} onOpen={() => setOpened('address')} />
      <Lines quote={quote} />
      <Choices checkout={checkout} quote={quote} onCoupons={() => setOpened('coupons')} />
      <Totals quote={quote} />
      {opened === 'address' ? (
        <AddressSheet
          chosenId={quote.address?.addressId ?? null}
          onChoose={(addressId) => {
            checkout.choose({ addressId });
            setOpened(null);
          }}
          onClose={() => setOpened(null)}
        />
      ) : null}
      {opened === 'coupons' ? (
        <CouponSheet
          coupons={quote.coupons}
          onChoose={(coupons) => {
            checkout.choose({ coupons });
            setOpened(null);
          }}
          onClose={() => setOpened(null)}
        />
      ) : null}
    </Box>
  );
}

function AddressCard({ quote, onOpen }: { quote: Quote; onOpen: () => void }): ReactElement {
  const t = useT();
  const { address } = quote;
  if (!address) {
    return (
      <Go className="card line checkout-add" to="pages/address/index?from=checkout">
        <Box className="checkout-pin">
          <Icon name="plus" />
        </Box>
        <Txt className="grow strong">{t('checkout.addAddress')}</Txt>
        <Icon name="chevron" size="small" />
      </Go>
    );
  }
  return (
    <Tap className="card line checkout-address" onTap={onOpen} label={`${t('checkout.address')}: ${address.name}`}>
      <Box className="checkout-pin">
        <Icon name="pin" />
      </Box>
      <Box className="grow">
        <Box className="strong">
          {address.name} <Txt className="num muted">{formatPhone(address.phone)}</Txt>
        </Box>
        <Box className="small muted clip2">{addressText(address)}</Box>
      </Box>
      <Icon name="chevron" size="small" />
    </Tap>
  );
}

function Lines({ quote }: { quote: Quote }): ReactElement {
  const t = useT();
  return (
    <Box className="card">
      <Box className="line">
        <Heading level={2} className="h3">
          {t('checkout.items')}
        </Heading>
        <Txt className="small muted">{t('checkout.pieces', { count: quote.totals.quantity })}</Txt>
      </Box>
      {quote.lines.map((line) => (
        <Box key={line.lineNo} className="checkout-line">
          <Box className="thumb thumb-small">
            <Pic src={line.pictureUrl} alt="" width={64} />
          </Box>
          <Box className="grow">
            <Box className="clip2 small">{line.title}</Box>
            {line.spec ? <Box className="tiny muted clip">{line.spec}</Box> : null}
          </Box>
          <Box className="checkout-line-price">
            <Price amountFen={line.unitFen} isInk />
            <Box className="tiny muted num">×{line.quantity}</Box>
          </Box>
        </Box>
      ))}
    </Box>
  );
}

function Choices({
  checkout,
  quote,
  onCoupons,
}: {
  checkout: Checkout;
  quote: Quote;
  onCoupons: () => void;
}): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  const { points } = quote;
  const chosen = quote.coupons.usable.filter(({ isChosen }) => isChosen);
  const saved = chosen.reduce((sum, { savesFen }) => sum + savesFen, 0);
  const couponWords =
    chosen.length > 0
      ? checkout.isBestCoupon
        ? t('checkout.couponBest', { amount: formatFenShort(saved, currency) })
        : t('checkout.couponSaves', { amount: formatFenShort(saved, currency) })
      : quote.coupons.usable.length > 0
        ? t('checkout.couponUsable', { count: quote.coupons.usable.length })
        : t('checkout.couponNone');
  return (
    <Box className="card card-flat">
      <Tap className="list-row is-first" onTap={onCoupons}>
        <Icon name="ticket" />
        <Txt>{t('checkout.coupon')}</Txt>
        <Box className="list-end">
          <Txt className={`small ${chosen.length > 0 ? 'text-price strong' : ''}`}>{couponWords}</Txt>
          <Icon name="chevron" size="small" />
        </Box>
      </Tap>
      <Box className="list-row">
        <Icon name="coin" />
        <Box className="grow">
          <Box>{t('checkout.points')}</Box>
          <Box className="tiny muted num">
            {points.reason === null
              ? t('checkout.pointsUse', { points: points.usable, amount: formatFenShort(points.usableFen, currency) })
              : t(`checkout.points.${points.reason}`)}
          </Box>
        </Box>
        {points.reason === null ? (
          <Switch
            isOn={points.used > 0}
            label={t('checkout.points')}
            onTap={() => checkout.choose({ points: points.used > 0 ? 0 : 'max' })}
          />
        ) : points.reason === 'sign_in' ? (
          <Go className="button button-line button-small" to="pages/sign-in/index">
            {t('action.signIn')}
          </Go>
        ) : null}
      </Box>
      <Box className="checkout-remark">
        <Field
          label={t('checkout.remark')}
          value={checkout.remark}
          onChange={checkout.setRemark}
          placeholder={t('checkout.remarkHint')}
          maxLength={200}
        />
      </Box>
    </Box>
  );
}

function Totals({ quote }: { quote: Quote }): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  const { totals, freight } = quote;
  return (
    <Box className="card">
      <PriceSteps goodsFen={totals.goodsFen} steps={quote.steps} freightFen={totals.freightFen} />
      {freight.missingFen !== null && freight.missingFen > 0 && totals.freightFen > 0 ? (
        <Box className="tiny muted">
          {t('checkout.freightMissing', { amount: formatFen(freight.missingFen, currency) })}
        </Box>
      ) : null}
      <Box className="divide" />
      <Box className="line">
        <Txt className="strong">{t('checkout.payable')}</Txt>
        <Price amountFen={totals.payableFen} size="m" />
      </Box>
      {quote.savingFen > 0 ? (
        <Box className="checkout-saving text-price small num">
          {t('checkout.saving', { amount: formatFen(quote.savingFen, currency) })}
        </Box>
      ) : null}
    </Box>
  );
}

function SubmitBar({ checkout, quote }: { checkout: Checkout; quote: Quote }): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  return (
    <>
      <Box className="grow">
        <Price amountFen={quote.totals.payableFen} size="l" />
        {quote.savingFen > 0 ? (
          <Box className="tiny text-price num">
            {t('checkout.saving', { amount: formatFenShort(quote.savingFen, currency) })}
          </Box>
        ) : null}
      </Box>
      <Button
        size="big"
        isDisabled={checkout.isSubmitting || quote.problems.length > 0}
        onTap={() => void checkout.submit()}
      >
        {t(checkout.isSubmitting ? 'checkout.submitting' : 'checkout.submit')}
      </Button>
    </>
  );
}
