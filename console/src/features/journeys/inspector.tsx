import type { JourneyEntry } from '@shuke/server/contracts/journeys';
import { variablesIn } from '@shuke/server/contracts/messaging';
import type { Condition } from '@shuke/server/contracts/segments';
import { Alert, Button, InputNumber, Modal, Radio, Select, Space } from 'antd';
import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { MessagePreview } from '../messaging/message-preview.tsx';
import { ConditionBuilder } from '../segments/condition-builder.tsx';
import type { Choice } from '../segments/condition-choices.ts';
import { useConditionText } from '../segments/condition-text.ts';
import { isComplete } from '../segments/condition.ts';
import { LiveCount } from '../segments/live-count.tsx';
import type { JourneyChoices, MessageChoice } from './journey-choices.ts';
import { durationUnits, splitMinutes } from './journey-graph.ts';
import type { DurationUnit, EntryData, NodeData } from './journey-graph.ts';

import styles from './journeys.module.css';

interface InspectorProps<Data> {
  /** The coupon node passed last on the way here, if any. */
  readonly couponBefore?: string | undefined;
  readonly data: Data;
  readonly choices: JourneyChoices;
  readonly disabled: boolean;
  readonly onChange: (data: NodeData) => void;
}

/** The form of one node. */
export function Inspector({ data, choices, disabled, couponBefore, onChange }: InspectorProps<NodeData>) {
  const { t } = useTranslation('journeys');
  switch (data.kind) {
    case 'entry':
      return <EntryFields data={data} choices={choices} disabled={disabled} onChange={onChange} />;
    case 'wait':
      return (
        <Field label={t('fields.duration')}>
          <Duration minutes={data.minutes} disabled={disabled} onChange={(minutes) => onChange({ ...data, minutes })} />
        </Field>
      );
    case 'wait_event':
      return (
        <>
          <Field label={t('fields.event')}>
            <Pick
              value={data.event}
              options={choices.events}
              disabled={disabled}
              label={t('fields.event')}
              onChange={(event) => onChange({ ...data, event })}
            />
          </Field>
          <Field label={t('fields.timeout')}>
            <Duration
              minutes={data.minutes}
              disabled={disabled}
              onChange={(minutes) => onChange({ ...data, minutes })}
            />
          </Field>
        </>
      );
    case 'condition':
      return (
        <ConditionField
          condition={data.condition}
          disabled={disabled}
          onChange={(condition) => onChange({ ...data, condition })}
        />
      );
    case 'message':
      return (
        <Field label={t('fields.message')} hint={choices.messages.length === 0 ? t('fields.noMessages') : undefined}>
          <Pick
            value={data.messageTemplateId}
            options={choices.messages}
            disabled={disabled}
            label={t('fields.message')}
            onChange={(messageTemplateId) => onChange({ ...data, messageTemplateId })}
          />
          <MessageText
            message={choices.messages.find(({ value }) => value === data.messageTemplateId)}
            couponBefore={couponBefore}
          />
        </Field>
      );
    case 'coupon':
      return (
        <Field label={t('fields.coupon')} hint={choices.coupons.length === 0 ? t('fields.noCoupons') : undefined}>
          <Pick
            value={data.couponTemplateId}
            options={choices.coupons}
            disabled={disabled}
            label={t('fields.coupon')}
            onChange={(couponTemplateId) => onChange({ ...data, couponTemplateId })}
          />
        </Field>
      );
    case 'tag':
      return (
        <>
          <Field label={t('fields.act')}>
            <Radio.Group
              disabled={disabled}
              value={data.act}
              options={(['add', 'remove'] as const).map((value) => ({ value, label: t(`fields.acts.${value}`) }))}
              onChange={(event) => onChange({ ...data, act: event.target.value === 'remove' ? 'remove' : 'add' })}
            />
          </Field>
          <Field label={t('fields.tag')} hint={choices.tags.length === 0 ? t('fields.noTags') : undefined}>
            <Pick
              value={data.tagId === 0 ? null : data.tagId}
              options={choices.tags}
              disabled={disabled}
              label={t('fields.tag')}
              onChange={(tagId) => onChange({ ...data, tagId })}
            />
          </Field>
        </>
      );
    case 'exit':
      return <p className={styles['hint']}>{t('fields.exit')}</p>;
    default:
      return data satisfies never;
  }
}

/** What the chosen template says and uses; a coupon it speaks of must have been given before. */
function MessageText({
  message,
  couponBefore,
}: {
  readonly message: MessageChoice | undefined;
  readonly couponBefore: string | undefined;
}) {
  const { t } = useTranslation('journeys');
  if (message === undefined) return null;
  const { subject, body } = message;
  const used = variablesIn(subject, body);
  const lacksCoupon = couponBefore === undefined && used.some((name) => name.startsWith('coupon_'));
  return (
    <div className={styles['messageText']}>
      {lacksCoupon ? <Alert type="warning" showIcon title={t('fields.noCouponBefore')} /> : null}
      <MessagePreview subject={subject} body={body} couponTemplateId={couponBefore} />
    </div>
  );
}

function EntryFields({ data, choices, disabled, onChange }: InspectorProps<EntryData>) {
  const { t } = useTranslation('journeys');
  const { entry } = data;
  const set = (next: JourneyEntry) => onChange({ ...data, entry: next });
  const choose = (kind: JourneyEntry['kind']) => {
    if (kind === 'event') set({ kind, event: 'Order Paid', condition: null });
    else set({ kind, segmentId: entry.kind === 'event' ? (choices.segments[0]?.value ?? '') : entry.segmentId });
  };
  return (
    <>
      <Field label={t('fields.entry')}>
        <Radio.Group
          disabled={disabled}
          className={styles['stack'] ?? ''}
          value={entry.kind}
          options={(['event', 'segment_entered', 'one_off'] as const).map((value) => ({
            value,
            label: t(`entries.${value}`),
          }))}
          onChange={(event) => choose(event.target.value as JourneyEntry['kind'])}
        />
      </Field>
      {entry.kind === 'event' ? (
        <>
          <Field label={t('fields.event')}>
            <Pick
              value={entry.event}
              options={choices.events}
              disabled={disabled}
              label={t('fields.event')}
              onChange={(event) => set({ ...entry, event })}
            />
          </Field>
          <ConditionField
            condition={entry.condition}
            optional
            disabled={disabled}
            onChange={(condition) => set({ ...entry, condition })}
            onClear={() => set({ ...entry, condition: null })}
          />
        </>
      ) : (
        <Field label={t('fields.segment')} hint={choices.segments.length === 0 ? t('fields.noSegments') : undefined}>
          <Pick
            value={entry.segmentId}
            options={choices.segments}
            disabled={disabled}
            label={t('fields.segment')}
            onChange={(segmentId) => set({ ...entry, segmentId })}
          />
        </Field>
      )}
      <h3 className={styles['policies']}>{t('fields.policies')}</h3>
      <Field label={t('fields.reentry')}>
        <Select
          aria-label={t('fields.reentry')}
          disabled={disabled}
          value={data.reentry}
          options={(['never', 'after_exit'] as const).map((value) => ({ value, label: t(`reentries.${value}`) }))}
          onChange={(reentry) => onChange({ ...data, reentry })}
        />
      </Field>
      <Field label={t('fields.maxEntrants')}>
        <InputNumber<number>
          aria-label={t('fields.maxEntrants')}
          disabled={disabled}
          min={1}
          max={10_000_000}
          precision={0}
          placeholder={t('fields.unlimited')}
          style={{ width: '100%' }}
          value={data.maxEntrants}
          onChange={(maxEntrants) => onChange({ ...data, maxEntrants })}
        />
      </Field>
      <Field label={t('fields.exitOn')} hint={t('fields.exitOnHint')}>
        <Select<string[]>
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('fields.exitOn')}
          disabled={disabled}
          maxCount={20}
          placeholder={t('fields.none')}
          value={[...data.exitOn]}
          options={[...choices.events]}
          onChange={(exitOn) => onChange({ ...data, exitOn })}
        />
      </Field>
    </>
  );
}

interface ConditionFieldProps {
  readonly condition: Condition | null;
  readonly optional?: boolean;
  readonly disabled: boolean;
  readonly onChange: (condition: Condition) => void;
  readonly onClear?: () => void;
}

/** A condition in words, changed in a dialog with its live size. */
function ConditionField({ condition, optional = false, disabled, onChange, onClear }: ConditionFieldProps) {
  const { t } = useTranslation('journeys');
  const text = useConditionText();
  const [draft, setDraft] = useState<Condition | null>(null);
  return (
    <Field label={t(optional ? 'fields.onlyIf' : 'fields.condition')}>
      <p className={styles['words']}>{condition === null ? t('fields.everybody') : text(condition)}</p>
      {disabled ? null : (
        <Space>
          <Button
            onClick={() =>
              setDraft(
                condition ?? { kind: 'all', conditions: [{ kind: 'order_count', withinDays: 90, count: { min: 1 } }] },
              )
            }
          >
            {t('edit')}
          </Button>
          {optional && condition !== null ? (
            <Button type="text" onClick={onClear}>
              {t('remove')}
            </Button>
          ) : null}
        </Space>
      )}
      <Modal
        title={t('fields.condition')}
        open={draft !== null}
        width={1_000}
        okText={t('fields.use')}
        okButtonProps={{ disabled: draft === null || !isComplete(draft) }}
        onOk={() => {
          if (draft !== null) onChange(draft);
          setDraft(null);
        }}
        onCancel={() => setDraft(null)}
        destroyOnHidden
      >
        {draft === null ? null : (
          <div className={styles['conditionDialog']}>
            <ConditionBuilder condition={draft} onChange={setDraft} />
            <LiveCount condition={draft} />
          </div>
        )}
      </Modal>
    </Field>
  );
}

function Duration({
  minutes,
  disabled,
  onChange,
}: {
  readonly minutes: number;
  readonly disabled: boolean;
  readonly onChange: (minutes: number) => void;
}) {
  const { t } = useTranslation('journeys');
  const { amount, unit } = splitMinutes(minutes);
  // The unit a person chose stays, also where the amount would fit a larger one.
  const [chosen, setChosen] = useState<DurationUnit>(unit);
  const shown = minutes % durationUnits[chosen] === 0 ? chosen : unit;
  const value = shown === unit ? amount : minutes / durationUnits[shown];
  return (
    <Space.Compact block>
      <InputNumber<number>
        aria-label={t('fields.duration')}
        disabled={disabled}
        min={1}
        max={Math.floor(527_040 / durationUnits[shown])}
        precision={0}
        style={{ width: '100%' }}
        value={value}
        onChange={(next) => {
          if (next !== null) onChange(next * durationUnits[shown]);
        }}
      />
      <Select<DurationUnit>
        aria-label={t('fields.unit')}
        disabled={disabled}
        value={shown}
        style={{ width: 96 }}
        options={(['minutes', 'hours', 'days'] as const).map((one) => ({ value: one, label: t(`units.${one}`) }))}
        onChange={(next) => {
          setChosen(next);
          onChange(Math.min(527_040, value * durationUnits[next]));
        }}
      />
    </Space.Compact>
  );
}

interface PickProps<Value extends string | number> {
  readonly value: Value | null;
  readonly options: readonly Choice<Value>[];
  readonly label: string;
  readonly disabled: boolean;
  readonly onChange: (value: Value) => void;
}

function Pick<Value extends string | number>({ value, options, label, disabled, onChange }: PickProps<Value>) {
  const { t } = useTranslation('journeys');
  return (
    <Select<Value>
      showSearch={{ optionFilterProp: 'label' }}
      aria-label={label}
      placeholder={t('fields.choose')}
      disabled={disabled}
      style={{ width: '100%' }}
      value={value === '' ? null : value}
      options={options.map(({ value: one, label: name }) => ({ value: one, label: name }))}
      onChange={onChange}
    />
  );
}

function Field({
  label,
  hint,
  children,
}: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <div className={styles['field']} role="group" aria-labelledby={id}>
      <span id={id}>{label}</span>
      {children}
      {hint === undefined ? null : <span className={styles['hint']}>{hint}</span>}
    </div>
  );
}
