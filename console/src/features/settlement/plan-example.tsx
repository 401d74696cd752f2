import { decideCommission } from '@shuke/server/contracts/settlement';
import type { SettlementPlan } from '@shuke/server/contracts/settlement';
import { InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { FenInput } from '../../ui/fen-input.tsx';
import { Count, Money, Percent } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';

import styles from './settlement.module.css';

/** What a month would pay under both modes, by the very rule that pays. */
export function PlanExample({ plan }: { readonly plan: SettlementPlan }) {
  const { t } = useTranslation('settlement');
  const [orders, setOrders] = useState(60);
  const [eachFen, setEachFen] = useState(100_000);
  const facts = Array.from({ length: orders }, (_, index) => ({
    orderId: String(index).padStart(5, '0'),
    keptBaseMinor: eachFen,
    isNewCustomer: true,
    paidAtMs: index,
  }));
  const own = decideCommission(plan, facts);
  const other = decideCommission({ ...plan, mode: plan.mode === 'whole' ? 'marginal' : 'whole' }, facts);
  const slices = plan.bands
    .map((band, index) => ({
      index,
      rateBps: band.rateBps,
      lines: own.lines.filter((line) => line.band === index),
    }))
    .filter(({ lines }) => lines.length > 0);
  return (
    <Card title={t('example.title')} hint={t('example.hint')}>
      <div className={styles['exampleFields']}>
        <label className={styles['exampleField']}>
          <span>{t('example.orders')}</span>
          <InputNumber<number>
            aria-label={t('example.orders')}
            min={0}
            max={2_000}
            precision={0}
            style={{ width: '100%' }}
            value={orders}
            onChange={(value) => setOrders(value ?? 0)}
          />
        </label>
        <label className={styles['exampleField']}>
          <span>{t('example.each')}</span>
          <FenInput value={eachFen} label={t('example.each')} onChange={(value) => setEachFen(value ?? 0)} />
        </label>
      </div>
      <p className={styles['exampleTotal']}>
        <Money fen={own.totalMinor} />
      </p>
      <ul className={styles['slices']}>
        {slices.map(({ index, rateBps, lines }) => (
          <li key={index}>
            <span>
              <Count value={lines.length} /> × <Percent bps={rateBps} />
            </span>
            <Money fen={lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)} />
          </li>
        ))}
      </ul>
      <p className={styles['hint']}>
        {t(plan.mode === 'whole' ? 'example.otherMarginal' : 'example.otherWhole')} <Money fen={other.totalMinor} />
      </p>
    </Card>
  );
}
