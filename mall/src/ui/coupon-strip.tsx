import { Box, Row, Txt } from '@elements';
import { platform } from '@platform';
import { useState } from 'react';
import type { ReactElement } from 'react';

import { ApiError, call } from '../api/client.ts';
import type { CouponOffer } from '../api/types.ts';
import { language } from '../i18n/language.ts';
import { useT } from '../i18n/t.ts';
import { offWords, thresholdWords } from '../lib/coupon-words.ts';
import { useShop } from '../lib/shop.ts';
import { toast, toastError } from '../lib/toast.ts';
import { Button } from './button.tsx';

/** Claims a coupon; who is not signed in is led there. True when it is the visitor's. */
export async function claim(templateId: string, done: string): Promise<boolean> {
  try {
    await call('claimCoupon', { body: { templateId } });
    toast(done, 'good');
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_signed_in') {
      platform.open('pages/sign-in/index');
      return false;
    }
    toastError(error);
    return error instanceof ApiError && error.code === 'coupon_limit_reached';
  }
}

export function CouponStrip({ items }: { items: readonly CouponOffer[] }): ReactElement {
  const t = useT();
  return (
    <Row label={t('home.coupons')}>
      {items.map((offer) => (
        <Offer key={offer.templateId} offer={offer} />
      ))}
    </Row>
  );
}

function Offer({ offer }: { offer: CouponOffer }): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  const [isClaimed, setClaimed] = useState(offer.isClaimed);
  return (
    <Box className="ticket strip-ticket">
      <Box className="ticket-off">
        <Txt className="ticket-amount num">{offWords(offer, language(), currency)}</Txt>
        <Txt className="tiny">{thresholdWords(offer, t, currency)}</Txt>
      </Box>
      <Box className="ticket-body">
        <Txt className="small strong clip2">{offer.name}</Txt>
        <Button
          kind={isClaimed ? 'quiet' : 'line'}
          size="small"
          isDisabled={isClaimed}
          label={`${t(isClaimed ? 'home.claimed' : 'home.claim')}: ${offer.name}`}
          onTap={() => void claim(offer.templateId, t('home.claimDone')).then((isMine) => isMine && setClaimed(true))}
        >
          {t(isClaimed ? 'home.claimed' : 'home.claim')}
        </Button>
      </Box>
    </Box>
  );
}
