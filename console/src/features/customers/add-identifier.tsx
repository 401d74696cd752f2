import {
  addIdentifier,
  getCustomer,
  listCustomers,
  listLinks,
  mergeCustomers,
} from '@shuke/server/contracts/customers';
import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

import { ApiError } from '../../lib/api-error.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import type { Leaving } from '../../ui/form-drawer.tsx';
import type { Customer } from './customer-page.tsx';
import { useKindText } from './kind-text.ts';

import styles from './customers.module.css';

const kinds = ['phone', 'email', 'member_no', 'buyer_id', 'unionid', 'openid', 'external_userid'] as const;

interface AddValues {
  readonly kind: (typeof kinds)[number];
  readonly scope?: string;
  readonly value: string;
  readonly reason: string;
}

/** Adds a phone, e-mail, member number or the like to a customer; one that is somebody else's leads to them and to merging the two. */
export function AddIdentifier({ customer }: { readonly customer: Customer }) {
  const { t } = useTranslation('customers');
  const may = useCan('customers.merge');
  const [open, setOpen] = useState(false);
  if (!may) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('addIdentifier.act')}</Button>
      <AddForm customer={customer} open={open} onClose={() => setOpen(false)} />
    </>
  );
}

interface AddFormProps {
  readonly customer: Customer;
  readonly open: boolean;
  readonly onClose: () => void;
}

function AddForm({ customer, open, onClose }: AddFormProps) {
  const { t } = useTranslation('customers');
  const kindText = useKindText();
  const [form] = Form.useForm<AddValues>();
  const kind = Form.useWatch('kind', form);
  const [ownerId, setOwnerId] = useState<number | null>(null);
  const add = useWrite(addIdentifier, { refreshes: [getCustomer, listLinks, listCustomers] });
  const close = () => {
    setOwnerId(null);
    onClose();
  };
  const submit = async (values: AddValues): Promise<Leaving | undefined> => {
    setOwnerId(null);
    try {
      const { customerId } = await add.mutateAsync({ params: { customerId: customer.customerId }, body: values });
      return customerId === customer.customerId ? undefined : { leaveFor: `/customers/${customerId}?tab=identity` };
    } catch (error) {
      if (error instanceof ApiError && error.code === 'identifier_taken') setOwnerId(ownerOf(error));
      throw error;
    }
  };
  return (
    <FormDrawer<AddValues>
      title={t('addIdentifier.title', { name: customer.displayName })}
      open={open}
      onClose={close}
      form={form}
      initial={{ kind: 'phone' }}
      submitLabel={t('addIdentifier.submit')}
      submit={submit}
    >
      {ownerId === null ? null : <MergeInstead customer={customer} ownerId={ownerId} onDone={close} />}
      <Form.Item name="kind" label={t('identifier.kind')} rules={[{ required: true }]}>
        <Select options={kinds.map((value) => ({ value, label: kindText(value, '') }))} />
      </Form.Item>
      {kind === 'phone' || kind === 'email' ? null : (
        <Form.Item name="scope" label={t('addIdentifier.scope')} extra={t('addIdentifier.scopeHint')}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item name="value" label={t('identifier.value')} rules={[{ required: true, whitespace: true }]}>
        <Input maxLength={200} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="reason"
        label={t('merge.reason')}
        extra={t('addIdentifier.reasonHint')}
        rules={[{ required: true, min: 4, whitespace: true }]}
      >
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
    </FormDrawer>
  );
}

/** Null when the owner belongs to a store the person may not see. */
function ownerOf({ details }: ApiError): number | null {
  const customerId = details['customerId'];
  return typeof customerId === 'number' ? customerId : null;
}

interface MergeInsteadProps {
  readonly customer: Customer;
  readonly ownerId: number;
  readonly onDone: () => void;
}

function MergeInstead({ customer, ownerId, onDone }: MergeInsteadProps) {
  const { t } = useTranslation('customers');
  const navigate = useNavigate();
  const { data: owner } = useRead(getCustomer, { params: { customerId: ownerId } });
  const merge = useWrite(mergeCustomers, {
    refreshes: [getCustomer, listLinks, listCustomers],
    onDone: ({ customerId }) => {
      onDone();
      if (customerId !== customer.customerId) void navigate(`/customers/${customerId}?tab=identity`, { replace: true });
    },
  });
  if (owner === undefined) return null;
  return (
    <p className={styles['instead']}>
      <Link to={`/customers/${ownerId}?tab=identity`}>{t('addIdentifier.open', { name: owner.displayName })}</Link>
      <ConfirmAction
        label={t('addIdentifier.merge')}
        title={t('merge.title', { one: customer.displayName, other: owner.displayName })}
        consequence={t('merge.consequence', { orders: customer.ordersCount + owner.ordersCount })}
        confirmLabel={t('merge.act')}
        reason={{ label: t('merge.reason'), minLength: 4 }}
        run={(reason) => merge.mutateAsync({ body: { customerIds: [customer.customerId, ownerId], reason } })}
      />
    </p>
  );
}
