import { changeAttributes, getCustomer } from '@shuke/server/contracts/customers';
import { DatePicker, Form, Input, InputNumber, Select, Switch } from 'antd';
import type { Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { useAttributes } from './attribute-text.ts';
import type { Attribute } from './attribute-text.ts';

interface AttributeValues {
  readonly name: string;
  readonly value: string | number | boolean | Dayjs | undefined;
  readonly isLocked: boolean;
}

interface AttributeFormProps {
  readonly customerId: number;
  /** Null lets the person choose. */
  readonly name: string | null;
  readonly onClose: () => void;
}

/** Says an attribute by hand; a locked one no source overwrites. */
export function AttributeForm({ customerId, name, onClose }: AttributeFormProps) {
  const { t } = useTranslation('customers');
  const { byName, nameOf } = useAttributes();
  const [form] = Form.useForm<AttributeValues>();
  const chosen = Form.useWatch('name', form) ?? name ?? '';
  const change = useWrite(changeAttributes, { refreshes: [getCustomer] });
  const submit = ({ name: attribute, value, isLocked }: AttributeValues) =>
    change.mutateAsync({
      params: { customerId },
      body: { attributes: { [attribute]: plain(value, byName.get(attribute)?.type) }, isLocked },
    });
  return (
    <FormDrawer<AttributeValues>
      title={t('attribute.set')}
      open
      onClose={onClose}
      form={form}
      submit={submit}
      initial={name === null ? { isLocked: true } : { name, isLocked: true }}
    >
      <Form.Item name="name" label={t('attribute.name')} rules={[{ required: true }]}>
        <Select
          disabled={name !== null}
          showSearch={{ optionFilterProp: 'label' }}
          options={[...byName.values()].map((attribute) => ({ value: attribute.name, label: nameOf(attribute.name) }))}
          onChange={() => form.setFieldValue('value', undefined)}
        />
      </Form.Item>
      <ValueField attribute={byName.get(chosen)} />
      <Form.Item name="isLocked" label={t('attribute.lock')} extra={t('attribute.lockHint')} valuePropName="checked">
        <Switch />
      </Form.Item>
    </FormDrawer>
  );
}

function ValueField({ attribute }: { readonly attribute: Attribute | undefined }) {
  const { t } = useTranslation('customers');
  const shared = { name: 'value', label: t('attribute.value'), rules: [{ required: attribute?.type !== 'boolean' }] };
  switch (attribute?.type) {
    case 'number':
      return (
        <Form.Item {...shared}>
          <InputNumber style={{ width: '100%' }} />
        </Form.Item>
      );
    case 'date':
      return (
        <Form.Item {...shared}>
          <DatePicker style={{ width: '100%' }} />
        </Form.Item>
      );
    case 'boolean':
      return (
        <Form.Item {...shared} valuePropName="checked">
          <Switch />
        </Form.Item>
      );
    case 'choice':
      return (
        <Form.Item {...shared}>
          <Select
            options={attribute.choices.map((value) => ({
              value,
              label: t(`choices.${value}`, { defaultValue: value }),
            }))}
          />
        </Form.Item>
      );
    case 'text':
    case undefined:
      return (
        <Form.Item {...shared}>
          <Input maxLength={2_000} />
        </Form.Item>
      );
    default:
      return null;
  }
}

function plain(value: AttributeValues['value'], type: Attribute['type'] | undefined): string | number | boolean | null {
  if (type === 'boolean') return value === true;
  if (value === undefined) return null;
  return typeof value === 'object' ? value.format('YYYY-MM-DD') : value;
}
