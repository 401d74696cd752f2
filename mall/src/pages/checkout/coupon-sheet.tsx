import { Box, Tap, Txt } from '@elements';
import type { ReactElement } from 'react';

import type { Quote } from '../../api/types.ts';
import { useT } from '../../i18n/t.ts';
import { formatFenShort } from '../../lib/money.ts';
import { useShop } from '../../lib/shop.ts';
import { formatOn } from '../../lib/when.ts';
import { Icon } from '../../ui/icon.tsx';
import { Sheet } from '../../ui/sheet.tsx';

/** Coupons that can be used, with what each saves, and those that cannot, with the reason. */
export function CouponSheet({
  coupons,
  onChoose,
  onClose,
}: {
  coupons: Quote['coupons'];
  onChoose: (coupons: 'best' | string[]) => void;
  onClose: () => void;
}): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  return (
    <Sheet title={t('checkout.couponTitle')} onClose={onClose}>
      <Box className="stack">
        {coupons.usable.map(({ couponId, name, savesFen, validUntil, isChosen }) => (
          <Tap
            key={couponId}
            className="ticket ticket-tap"
            role="radio"
            isOn={isChosen}
            onTap={() => onChoose([couponId])}
          >
            <Box className="ticket-off">
              <Txt className="ticket-amount num">{formatFenShort(savesFen, currency)}</Txt>
              <Txt className="tiny">{t('coupons.off')}</Txt>
            </Box>
            <Box className="ticket-body">
              <Txt className="strong clip2">{name}</Txt>
              {validUntil ? (
                <Txt className="tiny muted num">{t('coupons.until', { on: formatOn(validUntil) })}</Txt>
              ) : null}
            </Box>
            <Box className="ticket-side">{isChosen ? <Icon name="check" /> : null}</Box>
          </Tap>
        ))}
        {coupons.usable.length > 0 ? (
          <Tap
            className="button button-quiet button-wide"
            role="radio"
            isOn={coupons.usable.every(({ isChosen }) => !isChosen)}
            onTap={() => onChoose([])}
          >
            {t('checkout.couponNot')}
          </Tap>
        ) : (
          <Box className="center muted">{t('checkout.couponNone')}</Box>
        )}
        {coupons.skipped.length > 0 ? <Box className="small muted">{t('checkout.couponSkipped')}</Box> : null}
        {coupons.skipped.map(({ couponId, name, reason, missingFen }) => (
          <Box key={couponId} className="ticket is-off">
            <Box className="ticket-body">
              <Txt className="strong clip">{name}</Txt>
              <Txt className="tiny">
                {t(`skipped.${reason}`, { amount: formatFenShort(missingFen ?? 0, currency) })}
              </Txt>
            </Box>
          </Box>
        ))}
      </Box>
    </Sheet>
  );
}
