import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { changeTemplate, createTemplate, listTemplates, readTemplate } from '@shuke/server/contracts/coupons';
import { Button, Collapse, DatePicker, Form, Input, InputNumber, Radio, Switch } from 'antd';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { FenInput } from '../../ui/fen-input.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { CostForecast } from './cost-forecast.tsx';
import type { Template } from './coupon-text.ts';
import { ScopeFields } from './scope-fields.tsx';
import { toTerms, toValues } from './template-values.ts';
import type { TemplateValues } from './template-values.ts';

import styles from './coupons.module.css';

interface TemplateFormProps {
  readonly open: boolean;
  readonly template: Template | null;
  readonly onClose: () => void;
}

/** Makes a coupon, or changes a draft. */
export function TemplateForm({ open, template, onClose }: TemplateFormProps) {
  const { t } = useTranslation('coupons');
  const create = useWrite(createTemplate, { refreshes: [listTemplates] });
  const change = useWrite(changeTemplate, { refreshes: [listTemplates, readTemplate] });
  const submit = async (values: TemplateValues) => {
    const body = toTerms(values);
    if (template !== null) return change.mutateAsync({ params: { templateId: template.templateId }, body });
    const { templateId } = await create.mutateAsync({ body });
    return { leaveFor: `/coupons/${templateId}` };
  };
  return (
    <FormDrawer<TemplateValues>
      title={t(template === null ? 'list.create' : 'template.edit')}
      submitLabel={t('template.saveDraft')}
      widthPx={640}
      open={open}
      onClose={onClose}
      submit={submit}
      initial={toValues(template)}
    >
      <Form.Item name="name" label={t('template.name')} rules={[{ required: true }]}>
        <Input maxLength={80} placeholder={t('template.namePlaceholder')} />
      </Form.Item>
      <Form.Item name="description" label={t('template.description')}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <OfferFields />
      <ValidityFields />
      <QuantityFields />
      <CostForecast />
      <Collapse
        ghost
        items={[{ key: 'scope', label: t('template.scopeAndStacking'), forceRender: true, children: <ScopeFields /> }]}
      />
    </FormDrawer>
  );
}

function OfferFields() {
  const { t } = useTranslation('coupons');
  const kind: unknown = Form.useWatch('kind');
  return (
    <>
      <Form.Item name="kind" label={t('template.kind')}>
        <Radio.Group
          options={(['amount_off', 'percent_off'] as const).map((value) => ({ value, label: t(`kinds.${value}`) }))}
        />
      </Form.Item>
      {kind === 'percent_off' ? (
        <div className={styles['triple']}>
          <Form.Item name="percentOff" label={t('template.percentOff')} rules={[{ required: true }]}>
            <InputNumber<number> min={0.01} max={100} precision={2} suffix="%" style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="thresholdFen" label={t('template.threshold')}>
            <FenInput />
          </Form.Item>
          <Form.Item name="capFen" label={t('template.capPerCoupon')}>
            <FenInput min={1} />
          </Form.Item>
        </div>
      ) : (
        <Form.List name="steps">
          {(fields, { add, remove }) => (
            <div className={styles['steps']}>
              {fields.map(({ key, name }) => (
                <div key={key} className={styles['step']}>
                  <Form.Item name={[name, 'thresholdFen']} label={name === 0 ? t('template.threshold') : undefined}>
                    <FenInput label={t('template.threshold')} />
                  </Form.Item>
                  <Form.Item
                    name={[name, 'offFen']}
                    label={name === 0 ? t('template.off') : undefined}
                    rules={[{ required: true }]}
                  >
                    <FenInput min={1} label={t('template.off')} />
                  </Form.Item>
                  <Button
                    type="text"
                    icon={<MinusCircleOutlined />}
                    aria-label={t('remove')}
                    disabled={fields.length === 1}
                    onClick={() => remove(name)}
                  />
                </div>
              ))}
              <Button type="dashed" icon={<PlusOutlined />} disabled={fields.length >= 10} onClick={() => add({})}>
                {t('template.addStep')}
              </Button>
            </div>
          )}
        </Form.List>
      )}
    </>
  );
}

function ValidityFields() {
  const { t } = useTranslation('coupons');
  const validityKind: unknown = Form.useWatch('validityKind');
  const claimable: unknown = Form.useWatch('claimable');
  return (
    <>
      <Form.Item name="validityKind" label={t('template.validity')}>
        <Radio.Group
          options={(['days', 'dates'] as const).map((value) => ({ value, label: t(`validityKinds.${value}`) }))}
        />
      </Form.Item>
      {validityKind === 'dates' ? (
        <Form.Item name="dates" rules={[{ required: true, message: t('template.untilNeeded') }]}>
          <DatePicker.RangePicker showTime allowEmpty={[true, false]} style={{ width: '100%' }} />
        </Form.Item>
      ) : (
        <Form.Item name="days" rules={[{ required: true }]}>
          <InputNumber min={1} max={3_650} precision={0} suffix={t('template.daysAfter')} style={{ width: 220 }} />
        </Form.Item>
      )}
      <Form.Item
        name="claimable"
        label={t('template.claimable')}
        valuePropName="checked"
        extra={t('template.claimableHint')}
      >
        <Switch />
      </Form.Item>
      {claimable === true ? (
        <Form.Item name="claimDates" label={t('template.claimDates')}>
          <DatePicker.RangePicker showTime allowEmpty={[true, true]} style={{ width: '100%' }} />
        </Form.Item>
      ) : null}
    </>
  );
}

function QuantityFields() {
  const { t } = useTranslation('coupons');
  return (
    <div className={styles['triple']}>
      <Form.Item name="cap" label={t('template.cap')}>
        <InputNumber
          min={1}
          max={1_000_000_000}
          precision={0}
          placeholder={t('template.unlimited')}
          style={{ width: '100%' }}
        />
      </Form.Item>
      <Form.Item name="perCustomerLimit" label={t('template.perCustomerLimit')} rules={[{ required: true }]}>
        <InputNumber min={1} max={1_000} precision={0} style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item name="budgetFen" label={t('template.budget')}>
        <FenInput min={1} placeholder={t('template.unlimited')} />
      </Form.Item>
    </div>
  );
}
