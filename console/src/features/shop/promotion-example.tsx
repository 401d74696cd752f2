import { reductionOf } from '@shuke/server/contracts/mall';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useLocale } from '../../i18n/index.ts';
import { formatMoney } from '../../lib/format.ts';
import { FenInput } from '../../ui/fen-input.tsx';
import { Money } from '../../ui/formatted.tsx';
import { Card, Facts } from '../../ui/page.tsx';
import { Field } from './field.tsx';
import { reductionText } from './promotion-text.ts';
import type { PromotionContent } from './promotion-text.ts';

import styles from './shop.module.css';

interface PromotionExampleProps {
  readonly content: PromotionContent;
  readonly disabled: boolean;
}

/** What a cart would pay, worked out by the same rule the checkout uses. */
export function PromotionExample({ content, disabled }: PromotionExampleProps) {
  const { t } = useTranslation('shop');
  const locale = useLocale();
  const [baseFen, setBaseFen] = useState(30_000);
  const { offFen, missingFen, nextOffFen } = reductionOf(content, baseFen);
  return (
    <Card title={t('example.title')} hint={t('example.hint')}>
      <Field label={t('example.cart')}>
        <FenInput label={t('example.cart')} value={baseFen} onChange={(fen) => setBaseFen(fen ?? 0)} />
      </Field>
      {disabled ? (
        <p className={styles['hint']}>{t('example.notYet')}</p>
      ) : (
        <>
          <Facts
            items={[
              [t('example.off'), <Money key="off" fen={offFen} />],
              [t('example.pays'), <Money key="pays" fen={baseFen - offFen} />],
            ]}
          />
          <p className={styles['hint']} style={{ marginTop: 12 }}>
            {missingFen === null
              ? t('example.last')
              : t('example.missing', {
                  missing: formatMoney(missingFen, locale),
                  off: formatMoney(nextOffFen, locale),
                })}
          </p>
          <p className={styles['hint']} style={{ marginTop: 12 }}>
            {reductionText(t, content, locale)}
          </p>
        </>
      )}
    </Card>
  );
}
