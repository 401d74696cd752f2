import { createCustomer, listCustomers } from '@shuke/server/contracts/customers';
import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import type { Leaving } from '../../ui/form-drawer.tsx';
import { useStoreNames } from './store-names.ts';

interface CreateValues {
  readonly phone?: string;
  readonly name?: string;
  readonly storeId?: number;
}

/** Creates a customer by hand; a phone that is known already leads to its owner. */
export function CreateCustomer({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation('customers');
  const storeNames = useStoreNames();
  const create = useWrite(createCustomer, { refreshes: [listCustomers] });
  const submit = async ({ phone, name, storeId }: CreateValues): Promise<Leaving> => {
    const { customerId } = await create.mutateAsync({
      body: { ...(phone ? { phone } : {}), ...(name ? { name } : {}), ...(storeId ? { storeId } : {}) },
    });
    return { leaveFor: `/customers/${customerId}` };
  };
  return (
    <FormDrawer<CreateValues> title={t('create.act')} open={open} onClose={onClose} submit={submit}>
      <Form.Item
        name="phone"
        label={t('customer.phone')}
        extra={t('create.phoneHint')}
        rules={[{ required: true, min: 5 }]}
      >
        <Input maxLength={30} autoComplete="off" />
      </Form.Item>
      <Form.Item name="name" label={t('attributes.name')}>
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Form.Item name="storeId" label={t('customer.store')}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          options={[...storeNames].map(([storeId, name]) => ({ value: storeId, label: name }))}
        />
      </Form.Item>
    </FormDrawer>
  );
}
