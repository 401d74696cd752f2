import { listCustomers } from '@shuke/server/contracts/customers';
import { Alert, Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import { call } from '../../lib/api.ts';
import type { Reply } from '../../lib/api.ts';
import { useRead } from '../../lib/query.ts';
import { customerNosIn } from './customer-nos.ts';

type Customer = Reply<typeof listCustomers>['items'][number];
export type PickedCustomer = Pick<Customer, 'customerId' | 'customerNo' | 'displayName' | 'phone'>;

interface CustomerPickerProps {
  readonly value: readonly PickedCustomer[];
  readonly onChange: (customers: PickedCustomer[]) => void;
  readonly most: number;
  readonly label: string;
}

/** Chooses customers by number, phone, card or name; a pasted list of numbers is taken in one go. */
export function CustomerPicker({ value, onChange, most, label }: CustomerPickerProps) {
  const { t } = useTranslation('customers');
  const [text, setText] = useState('');
  const [unknown, setUnknown] = useState<readonly string[]>([]);
  const [failure, setFailure] = useState<unknown>(null);
  const [isReading, setReading] = useState(false);
  const search = useDeferredValue(text.trim());
  const found = useRead(
    listCustomers,
    { query: search === '' ? { isKnown: 'true', limit: 10 } : { search, limit: 20 } },
    { keepPrevious: true },
  );
  const add = (customers: readonly PickedCustomer[]) => {
    const all = new Map([...value, ...customers].map((customer) => [customer.customerId, customer]));
    onChange([...all.values()].slice(0, most));
  };
  const readList = async (numbers: readonly string[]) => {
    setReading(true);
    setFailure(null);
    try {
      const hits: PickedCustomer[] = [];
      const misses: string[] = [];
      for (const number of numbers) {
        const { items } = await call(listCustomers, { query: { search: `#${number}`, limit: 5 } });
        const hit = items.find(({ customerNo }) => customerNo === Number(number));
        if (hit) hits.push(hit);
        else misses.push(number);
      }
      add(hits);
      setUnknown(misses);
    } catch (error) {
      setFailure(error);
    } finally {
      setReading(false);
      setText('');
    }
  };
  const options = new Map([...(found.data?.items ?? []), ...value].map((one) => [one.customerId, one]));
  return (
    <>
      <Select<number[]>
        mode="multiple"
        aria-label={label}
        placeholder={label}
        style={{ width: '100%' }}
        loading={isReading || found.isFetching}
        disabled={isReading}
        // Choosing another one replaces the only one.
        {...(most > 1 ? { maxCount: most } : {})}
        maxTagCount={30}
        value={value.map(({ customerId }) => customerId)}
        showSearch={{
          filterOption: false,
          searchValue: text,
          onSearch: (typed) => {
            const numbers = customerNosIn(typed);
            if (numbers.length > 1) void readList(numbers.slice(0, most));
            else setText(typed);
          },
        }}
        options={[...options.values()].map(({ customerId, customerNo, displayName, phone }) => ({
          value: customerId,
          label: displayName === `#${customerNo}` ? displayName : `${displayName} · #${customerNo}`,
          title: phone ?? '',
        }))}
        notFoundContent={found.isPending ? t('picker.searching') : t('picker.nobody')}
        onChange={(ids) => {
          setUnknown([]);
          setText('');
          onChange(ids.slice(-most).flatMap((id) => options.get(id) ?? []));
        }}
      />
      {unknown.length === 0 ? null : (
        <Alert
          style={{ marginTop: 8 }}
          type="warning"
          showIcon
          title={t('picker.unknown', { numbers: unknown.map((number) => `#${number}`).join(', ') })}
        />
      )}
      {failure === null ? null : <Alert style={{ marginTop: 8 }} type="error" showIcon title={errorText(failure)} />}
    </>
  );
}
