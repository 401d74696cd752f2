import { ColorPicker, Input, InputNumber, Slider, Switch } from 'antd';
import { useTranslation } from 'react-i18next';

import { FenInput } from '../../ui/fen-input.tsx';
import { Field, LabelledField } from './field.tsx';
import { PictureInput } from './picture-input.tsx';
import type { Settings } from './settings-changes.ts';

import styles from './shop.module.css';

interface PartProps<Part> {
  readonly disabled: boolean;
  readonly onChange: (part: Part) => void;
}

/** Colours, corners, logo and slogan. */
export function ThemeFields({
  theme,
  disabled,
  onChange,
}: PartProps<Settings['theme']> & { readonly theme: Settings['theme'] }) {
  const { t } = useTranslation('shop');
  return (
    <>
      <div className={styles['colours']}>
        {(['primary', 'accent', 'background'] as const).map((name) => (
          <Field key={name} label={t(`fields.${name}`)}>
            <ColorPicker
              showText
              disabledAlpha
              format="hex"
              disabled={disabled}
              value={theme[name]}
              aria-label={t(`fields.${name}`)}
              onChange={(colour) => onChange({ ...theme, [name]: colour.toHexString().slice(0, 7) })}
            />
          </Field>
        ))}
      </div>
      <div className={styles['pair']}>
        <Field label={t('fields.radius')} hint={t('theme.radius', { count: theme.radius })}>
          <Slider
            min={0}
            max={24}
            disabled={disabled}
            value={theme.radius}
            ariaLabelForHandle={t('fields.radius')}
            onChange={(radius: number) => onChange({ ...theme, radius })}
          />
        </Field>
        <LabelledField label={t('fields.slogan')}>
          <Input
            disabled={disabled}
            maxLength={60}
            showCount
            value={theme.slogan}
            onChange={(event) => onChange({ ...theme, slogan: event.target.value })}
          />
        </LabelledField>
      </div>
      <Field label={t('fields.logo')} hint={t('theme.logoHint')}>
        <PictureInput
          label={t('fields.logo')}
          fileId={theme.logoFileId}
          disabled={disabled}
          onChange={(logoFileId) => onChange({ ...theme, logoFileId })}
          onRemove={() => onChange({ ...theme, logoFileId: null })}
        />
      </Field>
    </>
  );
}

const times = [
  { name: 'unpaidMinutes', min: 5, max: 1_440, unit: 'units.minutes' },
  { name: 'receiptDays', min: 1, max: 60, unit: 'units.days' },
  { name: 'afterSalesDays', min: 0, max: 365, unit: 'units.days' },
] as const;

/** Freight and the times that run by themselves. */
export function RuleFields({
  settings,
  disabled,
  onChange,
}: PartProps<Partial<Settings>> & { readonly settings: Settings }) {
  const { t } = useTranslation('shop');
  const { freight } = settings;
  return (
    <>
      <div className={styles['pair']}>
        <Field label={t('fields.baseFen')} hint={t('rules.baseHint')}>
          <FenInput
            label={t('fields.baseFen')}
            disabled={disabled}
            value={freight.baseFen}
            onChange={(baseFen) => {
              if (baseFen !== null) onChange({ freight: { ...freight, baseFen } });
            }}
          />
        </Field>
        <Field
          label={t('fields.freeFromFen')}
          hint={t(freight.freeFromFen === null ? 'rules.neverFree' : 'rules.freeHint')}
        >
          <span className={styles['picture']} style={{ flexWrap: 'nowrap', marginBottom: 0 }}>
            <Switch
              aria-label={t('rules.isFree')}
              disabled={disabled}
              checked={freight.freeFromFen !== null}
              onChange={(isFree) => onChange({ freight: { ...freight, freeFromFen: isFree ? 9_900 : null } })}
            />
            {freight.freeFromFen === null ? null : (
              <FenInput
                label={t('fields.freeFromFen')}
                disabled={disabled}
                value={freight.freeFromFen}
                onChange={(freeFromFen) => {
                  if (freeFromFen !== null) onChange({ freight: { ...freight, freeFromFen } });
                }}
              />
            )}
          </span>
        </Field>
      </div>
      <div className={styles['pair']}>
        {times.map(({ name, min, max, unit }) => (
          <LabelledField key={name} label={t(`fields.${name}`)} hint={t(`rules.${name}`)}>
            <InputNumber<number>
              min={min}
              max={max}
              precision={0}
              disabled={disabled}
              suffix={t(unit)}
              value={settings[name]}
              onChange={(value) => {
                if (value !== null) onChange({ [name]: value });
              }}
            />
          </LabelledField>
        ))}
      </div>
    </>
  );
}

/** How buyers reach a person. */
export function ServiceFields({
  service,
  disabled,
  onChange,
}: PartProps<Settings['service']> & { readonly service: Settings['service'] }) {
  const { t } = useTranslation('shop');
  return (
    <div className={styles['pair']}>
      <LabelledField label={t('fields.phone')}>
        <Input
          disabled={disabled}
          maxLength={30}
          inputMode="tel"
          value={service.phone}
          onChange={(event) => onChange({ ...service, phone: event.target.value })}
        />
      </LabelledField>
      <LabelledField label={t('fields.hours')}>
        <Input
          disabled={disabled}
          maxLength={60}
          placeholder={t('service.hoursPlaceholder')}
          value={service.hours}
          onChange={(event) => onChange({ ...service, hours: event.target.value })}
        />
      </LabelledField>
    </div>
  );
}
