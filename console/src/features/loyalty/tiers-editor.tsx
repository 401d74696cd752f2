import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, InputNumber, Radio, Switch } from 'antd';
import { useTranslation } from 'react-i18next';

import { ConditionEditor } from './condition-editor.tsx';
import { conditionOfKind } from './condition.ts';
import type { Content } from './use-programme.ts';

import styles from './loyalty.module.css';

type Tier = Content['tiers'][number];

export interface ContentEditorProps {
  readonly content: Content;
  readonly disabled: boolean;
  readonly onChange: (content: Content) => void;
}

/** The ladder from the lowest tier up. */
export function TiersEditor({ content, disabled, onChange }: ContentEditorProps) {
  const { t } = useTranslation('loyalty');
  const set = (tiers: readonly Tier[]) => onChange({ ...content, tiers: [...tiers] });
  const change = (index: number, next: Partial<Tier>) =>
    set(content.tiers.map((tier, at) => (at === index ? { ...tier, ...next } : tier)));
  const move = (index: number, to: number) => {
    const tiers = [...content.tiers];
    const [moved] = tiers.splice(index, 1);
    if (moved === undefined) return;
    tiers.splice(to, 0, moved);
    set(tiers);
  };
  return (
    <div className={styles['stack']}>
      {content.tiers.map((tier, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a code being typed must not remount its field
        <section key={index} className={styles['tier']}>
          <header>
            <span className={styles['rank']}>{index + 1}</span>
            <Input
              disabled={disabled}
              aria-label={t('tier.name')}
              maxLength={40}
              style={{ maxWidth: 200 }}
              value={tier.name}
              onChange={(event) => change(index, { name: event.target.value })}
            />
            <Input
              disabled={disabled}
              aria-label={t('tier.code')}
              maxLength={40}
              style={{ maxWidth: 160 }}
              value={tier.code}
              onChange={(event) => change(index, { code: event.target.value })}
            />
            <span className={styles['grow']} />
            {disabled ? null : (
              <>
                <Button
                  type="text"
                  icon={<ArrowUpOutlined />}
                  aria-label={t('tier.lower')}
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                />
                <Button
                  type="text"
                  icon={<ArrowDownOutlined />}
                  aria-label={t('tier.higher')}
                  disabled={index === content.tiers.length - 1}
                  onClick={() => move(index, index + 1)}
                />
                <Button
                  type="text"
                  danger
                  icon={<DeleteOutlined />}
                  aria-label={t('remove')}
                  disabled={content.tiers.length === 1}
                  onClick={() => set(content.tiers.filter((_tier, at) => at !== index))}
                />
              </>
            )}
          </header>
          <TierRules tier={tier} disabled={disabled} onChange={(next) => change(index, next)} />
        </section>
      ))}
      {disabled || content.tiers.length >= 12 ? null : (
        <Button
          type="dashed"
          icon={<PlusOutlined />}
          onClick={() =>
            set([
              ...content.tiers,
              {
                code: `tier-${content.tiers.length + 1}`,
                name: t('tier.newName'),
                entry: conditionOfKind('spend'),
                retention: null,
                pointsMultiplierBps: 10_000,
                inactivity: null,
              },
            ])
          }
        >
          {t('tier.add')}
        </Button>
      )}
      <Validity content={content} disabled={disabled} onChange={onChange} />
    </div>
  );
}

interface TierRulesProps {
  readonly tier: Tier;
  readonly disabled: boolean;
  readonly onChange: (next: Partial<Tier>) => void;
}

function TierRules({ tier, disabled, onChange }: TierRulesProps) {
  const { t } = useTranslation('loyalty');
  return (
    <div className={styles['rules']}>
      <span>{t('tier.entry')}</span>
      <ConditionEditor condition={tier.entry} disabled={disabled} onChange={(entry) => onChange({ entry })} />
      <span>{t('tier.retention')}</span>
      <div className={styles['line']}>
        <Switch
          disabled={disabled}
          aria-label={t('tier.ownRetention')}
          checked={tier.retention !== null}
          onChange={(own) => onChange({ retention: own ? tier.entry : null })}
        />
        {tier.retention === null ? (
          <span className={styles['quiet']}>{t('tier.sameAsEntry')}</span>
        ) : (
          <ConditionEditor
            condition={tier.retention}
            disabled={disabled}
            onChange={(retention) => onChange({ retention })}
          />
        )}
      </div>
      <span>{t('tier.multiplier')}</span>
      <div>
        <InputNumber<number>
          disabled={disabled}
          aria-label={t('tier.multiplier')}
          min={0}
          max={100}
          step={0.1}
          precision={2}
          prefix="×"
          style={{ width: 112 }}
          value={tier.pointsMultiplierBps / 10_000}
          onChange={(times) => times !== null && onChange({ pointsMultiplierBps: Math.round(times * 10_000) })}
        />
      </div>
      <span>{t('tier.inactivity')}</span>
      <div className={styles['line']}>
        <Switch
          disabled={disabled}
          aria-label={t('tier.inactivity')}
          checked={tier.inactivity !== null}
          onChange={(on) => onChange({ inactivity: on ? { days: 365, observeDays: 30 } : null })}
        />
        {tier.inactivity === null ? null : (
          <Inactivity
            inactivity={tier.inactivity}
            disabled={disabled}
            onChange={(inactivity) => onChange({ inactivity })}
          />
        )}
      </div>
    </div>
  );
}

interface InactivityProps {
  readonly inactivity: NonNullable<Tier['inactivity']>;
  readonly disabled: boolean;
  readonly onChange: (inactivity: NonNullable<Tier['inactivity']>) => void;
}

function Inactivity({ inactivity, disabled, onChange }: InactivityProps) {
  const { t } = useTranslation('loyalty');
  return (
    <>
      <InputNumber
        disabled={disabled}
        aria-label={t('tier.inactiveDays')}
        min={1}
        max={3_660}
        precision={0}
        suffix={t('condition.daysUnit')}
        style={{ width: 120 }}
        value={inactivity.days}
        onChange={(days) => days !== null && onChange({ ...inactivity, days })}
      />
      <span className={styles['quiet']}>{t('tier.thenObserved')}</span>
      <InputNumber
        disabled={disabled}
        aria-label={t('tier.observeDays')}
        min={0}
        max={365}
        precision={0}
        suffix={t('condition.daysUnit')}
        style={{ width: 120 }}
        value={inactivity.observeDays}
        onChange={(observeDays) => observeDays !== null && onChange({ ...inactivity, observeDays })}
      />
      <span className={styles['quiet']}>{t('tier.thenDown')}</span>
    </>
  );
}

function Validity({ content, disabled, onChange }: ContentEditorProps) {
  const { t } = useTranslation('loyalty');
  return (
    <div className={styles['rules']}>
      <span>{t('tier.validity')}</span>
      <div className={styles['line']}>
        <Switch
          disabled={disabled}
          aria-label={t('tier.validity')}
          checked={content.validityMonths !== null}
          onChange={(on) => onChange({ ...content, validityMonths: on ? 12 : null })}
        />
        {content.validityMonths === null ? (
          <span className={styles['quiet']}>{t('tier.forEver')}</span>
        ) : (
          <InputNumber
            disabled={disabled}
            aria-label={t('tier.validity')}
            min={1}
            max={120}
            precision={0}
            suffix={t('tier.months')}
            style={{ width: 120 }}
            value={content.validityMonths}
            onChange={(validityMonths) => validityMonths !== null && onChange({ ...content, validityMonths })}
          />
        )}
      </div>
      <span>{t('tier.takeBack')}</span>
      <Radio.Group
        disabled={disabled}
        value={content.takeBack}
        options={(['at_once', 'at_end'] as const).map((value) => ({ value, label: t(`takeBacks.${value}`) }))}
        onChange={(event) => onChange({ ...content, takeBack: event.target.value === 'at_end' ? 'at_end' : 'at_once' })}
      />
    </div>
  );
}
