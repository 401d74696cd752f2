import { InputNumber, Switch } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { ContentEditorProps } from './tiers-editor.tsx';
import type { Content } from './use-programme.ts';

import styles from './loyalty.module.css';

type Rules = NonNullable<Content['points']>;

const usual: Rules = {
  earnRateBps: 10_000,
  channelRates: [],
  earnFrom: null,
  holdDays: 7,
  autoReceiveDays: 15,
  expiryMonths: 12,
  redeem: { pointsPerUnit: 100, capBps: 5_000, minPoints: 0, maxPoints: null },
  returnAfterExpiry: { regrantDays: 30 },
  behaviours: [],
};

/** How points are earned, kept and spent. */
export function PointsRulesForm({ content, disabled, onChange }: ContentEditorProps) {
  const { t } = useTranslation('loyalty');
  const rules = content.points;
  const set = (next: Partial<Rules>) => onChange({ ...content, points: { ...(rules ?? usual), ...next } });
  const redeem = (next: Partial<Rules['redeem']>) => set({ redeem: { ...(rules ?? usual).redeem, ...next } });
  return (
    <div className={styles['rules']}>
      <span>{t('points.on')}</span>
      <div>
        <Switch
          disabled={disabled}
          aria-label={t('points.on')}
          checked={rules !== null}
          onChange={(on) => onChange({ ...content, points: on ? usual : null })}
        />
      </div>
      {rules === null ? null : (
        <>
          <Row label={t('points.earnRate')} hint={t('points.earnRateHint')}>
            <InputNumber<number>
              disabled={disabled}
              aria-label={t('points.earnRate')}
              min={0}
              max={100}
              step={0.1}
              precision={4}
              value={rules.earnRateBps / 10_000}
              onChange={(rate) => rate !== null && set({ earnRateBps: Math.round(rate * 10_000) })}
            />
          </Row>
          <Row label={t('points.holdDays')} hint={t('points.holdDaysHint')}>
            <InputNumber
              disabled={disabled}
              aria-label={t('points.holdDays')}
              min={0}
              max={90}
              precision={0}
              suffix={t('condition.daysUnit')}
              value={rules.holdDays}
              onChange={(holdDays) => holdDays !== null && set({ holdDays })}
            />
          </Row>
          <Row label={t('points.autoReceiveDays')} hint={t('points.autoReceiveDaysHint')}>
            <InputNumber
              disabled={disabled}
              aria-label={t('points.autoReceiveDays')}
              min={0}
              max={90}
              precision={0}
              suffix={t('condition.daysUnit')}
              value={rules.autoReceiveDays}
              onChange={(autoReceiveDays) => autoReceiveDays !== null && set({ autoReceiveDays })}
            />
          </Row>
          <Row label={t('points.expiryMonths')} hint={t('points.expiryMonthsHint')}>
            <InputNumber
              disabled={disabled}
              aria-label={t('points.expiryMonths')}
              min={1}
              max={120}
              precision={0}
              suffix={t('tier.months')}
              value={rules.expiryMonths}
              onChange={(expiryMonths) => expiryMonths !== null && set({ expiryMonths })}
            />
          </Row>
          <Row label={t('points.pointsPerUnit')} hint={t('points.pointsPerUnitHint')}>
            <InputNumber
              disabled={disabled}
              aria-label={t('points.pointsPerUnit')}
              min={1}
              max={1_000_000}
              precision={0}
              value={rules.redeem.pointsPerUnit}
              onChange={(pointsPerUnit) => pointsPerUnit !== null && redeem({ pointsPerUnit })}
            />
          </Row>
          <Row label={t('points.cap')} hint={t('points.capHint')}>
            <InputNumber<number>
              disabled={disabled}
              aria-label={t('points.cap')}
              min={0}
              max={100}
              precision={2}
              suffix="%"
              value={rules.redeem.capBps / 100}
              onChange={(cap) => cap !== null && redeem({ capBps: Math.round(cap * 100) })}
            />
          </Row>
          <Row label={t('points.minPoints')}>
            <InputNumber
              disabled={disabled}
              aria-label={t('points.minPoints')}
              min={0}
              precision={0}
              value={rules.redeem.minPoints}
              onChange={(minPoints) => minPoints !== null && redeem({ minPoints })}
            />
          </Row>
          <Row label={t('points.maxPoints')}>
            <InputNumber
              disabled={disabled}
              aria-label={t('points.maxPoints')}
              min={1}
              precision={0}
              placeholder={t('points.noLimit')}
              value={rules.redeem.maxPoints}
              onChange={(maxPoints) => redeem({ maxPoints })}
            />
          </Row>
        </>
      )}
    </div>
  );
}

function Row({
  label,
  hint,
  children,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly children: ReactNode;
}) {
  return (
    <>
      <span>{label}</span>
      <div className={styles['line']}>
        {children}
        {hint === undefined ? null : <span className={styles['quiet']}>{hint}</span>}
      </div>
    </>
  );
}
