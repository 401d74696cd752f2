import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import type { SettlementPlan, planProblems } from '@shuke/server/contracts/settlement';
import { Button, InputNumber, Radio } from 'antd';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';

import { useLocale } from '../../i18n/index.ts';
import { FenInput } from '../../ui/fen-input.tsx';
import { bandText, measureBy } from './plan-text.ts';

import styles from './settlement.module.css';

interface PlanFieldsProps {
  readonly plan: SettlementPlan;
  readonly problems: ReturnType<typeof planProblems>;
  readonly disabled: boolean;
  readonly onChange: (plan: SettlementPlan) => void;
}

/** What is counted, how it pays, and the steps with their borders in words. */
export function PlanFields({ plan, problems, disabled, onChange }: PlanFieldsProps) {
  const { t } = useTranslation('settlement');
  return (
    <>
      <div className={styles['field']}>
        <span>{t('plan.measure')}</span>
        <Radio.Group
          className={styles['options'] ?? ''}
          disabled={disabled}
          value={plan.measure}
          onChange={(event) => onChange(measureBy(plan, event.target.value as SettlementPlan['measure']))}
        >
          {(['orders', 'new_customers', 'net_sales'] as const).map((measure) => (
            <Radio key={measure} value={measure}>
              <strong>{t(`measures.${measure}.name`)}</strong>
              <span>{t(`measures.${measure}.hint`)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </div>
      <div className={styles['field']}>
        <span>{t('plan.mode')}</span>
        <Radio.Group
          className={styles['options'] ?? ''}
          disabled={disabled}
          value={plan.mode}
          onChange={(event) => onChange({ ...plan, mode: event.target.value as SettlementPlan['mode'] })}
        >
          {(['marginal', 'whole'] as const).map((mode) => (
            <Radio key={mode} value={mode}>
              <strong>{t(`modes.${mode}.name`)}</strong>
              <span>{t(`modes.${mode}.hint`)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </div>
      <Bands plan={plan} problems={problems} disabled={disabled} onChange={onChange} />
      <div className={styles['field']}>
        <span>{t('plan.holdDays')}</span>
        <InputNumber<number>
          aria-label={t('plan.holdDays')}
          disabled={disabled}
          min={0}
          max={180}
          precision={0}
          suffix={t('plan.days')}
          style={{ width: 160 }}
          value={plan.holdDays}
          onChange={(holdDays) => {
            if (holdDays !== null) onChange({ ...plan, holdDays });
          }}
        />
        <span className={styles['hint']}>{t('plan.holdHint')}</span>
      </div>
      <p className={styles['hint']}>{t('plan.base')}</p>
    </>
  );
}

function Bands({ plan, problems, disabled, onChange }: PlanFieldsProps) {
  const { t } = useTranslation('settlement');
  const locale = useLocale();
  const set = (bands: SettlementPlan['bands']) => onChange({ ...plan, bands });
  const change = (index: number, band: Partial<SettlementPlan['bands'][number]>) =>
    set(plan.bands.map((one, place) => (place === index ? { ...one, ...band } : one)));
  const add = () => {
    const before = plan.bands.at(-2)?.upTo ?? 0;
    const last = plan.bands.at(-1) ?? { upTo: null, rateBps: 500 };
    const step = plan.measure === 'net_sales' ? 100_000 : 10;
    set([...plan.bands.slice(0, -1), { upTo: before + step, rateBps: last.rateBps }, { ...last, upTo: null }]);
  };
  const remove = (index: number) => {
    const rest = plan.bands.toSpliced(index, 1);
    // What is left above the last border must stay open.
    set(rest.map((band, place) => (place === rest.length - 1 ? { ...band, upTo: null } : band)));
  };
  return (
    <div className={styles['field']}>
      <span>{t('bands.title')}</span>
      <table className={styles['bands']}>
        <thead>
          <tr>
            <th scope="col">{t('bands.range')}</th>
            <th scope="col">{t('bands.until')}</th>
            <th scope="col">{t('bands.rate')}</th>
            <th scope="col">
              <span className="visually-hidden">{t('remove')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {plan.bands.map((band, index) => {
            const own = problems.filter(({ path }) => path === `bands.${index}`);
            return (
              // oxlint-disable-next-line react/no-array-index-key -- a band has no identity but its place
              <tr key={index}>
                <td>
                  {bandText(t, plan, index, locale)}
                  {own.map(({ code, parameters }) => (
                    <span key={code} className={styles['problem']}>
                      {i18next.t(`errors:${code}`, { ...parameters })}
                    </span>
                  ))}
                </td>
                <td>
                  {band.upTo === null ? (
                    <span className={styles['hint']}>{t('bands.open')}</span>
                  ) : plan.measure === 'net_sales' ? (
                    <FenInput
                      value={band.upTo}
                      min={1}
                      disabled={disabled}
                      label={t('bands.until')}
                      onChange={(upTo) => change(index, { upTo: upTo ?? 1 })}
                    />
                  ) : (
                    <InputNumber<number>
                      aria-label={t('bands.until')}
                      disabled={disabled}
                      min={1}
                      precision={0}
                      style={{ width: 112 }}
                      value={band.upTo}
                      onChange={(upTo) => change(index, { upTo: upTo ?? 1 })}
                    />
                  )}
                </td>
                <td>
                  <InputNumber<number>
                    aria-label={t('bands.rate')}
                    disabled={disabled}
                    min={0}
                    max={100}
                    precision={2}
                    suffix="%"
                    style={{ width: 112 }}
                    value={band.rateBps / 100}
                    onChange={(percent) => change(index, { rateBps: Math.round((percent ?? 0) * 100) })}
                  />
                </td>
                <td>
                  <Button
                    type="text"
                    icon={<DeleteOutlined />}
                    aria-label={t('remove')}
                    disabled={disabled || plan.bands.length === 1}
                    onClick={() => remove(index)}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {disabled ? null : (
        <Button type="dashed" icon={<PlusOutlined />} disabled={plan.bands.length >= 20} onClick={add}>
          {t('bands.add')}
        </Button>
      )}
    </div>
  );
}
