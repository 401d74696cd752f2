import type { previewCleaning } from '@shuke/server/contracts/orders';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { Count, Money } from '../../ui/formatted.tsx';
import { Facts } from '../../ui/page.tsx';

import styles from './cleaning-page.module.css';

/** What rules would change, against how orders stand now. */
export function CleaningRehearsal({ effect }: { readonly effect: Reply<typeof previewCleaning> }) {
  const { t } = useTranslation('orders');
  return (
    <>
      <Facts
        items={[
          [t('effect.seen'), <Count key="seen" value={effect.ordersSeen} />],
          [t('effect.newlyExcluded'), <Count key="excluded" value={effect.newlyExcluded} />],
          [t('effect.newlyIncluded'), <Count key="included" value={effect.newlyIncluded} />],
          ...effect.countedChange.map(
            ({ currency, amountMinor }) =>
              [
                t('effect.turnover', { currency }),
                <Money key={currency} fen={amountMinor} currency={currency} />,
              ] as const,
          ),
        ]}
      />
      <ul className={styles['hits']}>
        {effect.hits.map((hit) => (
          <li key={hit.flag}>
            <strong>{t(`flags.${hit.flag}`, { defaultValue: hit.flag })}</strong>
            <span>
              {t('effect.orders', { count: hit.orders })} · {t('effect.lines', { count: hit.lines })}
            </span>
            {hit.samples.length === 0 ? null : (
              <span className={styles['samples']}>
                {hit.samples.map((orderNo) => (
                  <Link key={orderNo} to={`/orders?search=${encodeURIComponent(orderNo)}`}>
                    {orderNo}
                  </Link>
                ))}
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
