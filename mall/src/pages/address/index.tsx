import { Area, Box, Field, Txt } from '@elements';
import { platform } from '@platform';
import { useState } from 'react';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import type { Address } from '../../api/types.ts';
import { useT } from '../../i18n/t.ts';
import type { TextKey } from '../../i18n/t.ts';
import { emptyAddress, mergeParsed, missingFields } from '../../lib/address-form.ts';
import type { AddressForm, AddressField } from '../../lib/address-form.ts';
import { confirm } from '../../lib/confirm.ts';
import { useQuery } from '../../lib/query.ts';
import { toast, toastError } from '../../lib/toast.ts';
import { Button } from '../../ui/button.tsx';
import { Switch } from '../../ui/check.tsx';
import { Page } from '../../ui/page.tsx';
import { Bones } from '../../ui/states.tsx';

export default function AddressPage(): ReactElement {
  const t = useT();
  const { id } = platform.usePageParams();
  const { data } = useQuery(id ? 'addresses' : null, () => call('listAddresses', {}));
  const address = data?.items.find(({ addressId }) => addressId === id);
  return (
    <Page title={t(id ? 'address.title' : 'address.newTitle')}>
      {id && !address ? (
        <Bones heights={[120, 360]} />
      ) : (
        <Form key={address?.addressId ?? 'new'} address={address ?? null} />
      )}
    </Page>
  );
}

const fields: readonly { name: AddressField; label: TextKey; autoComplete: string; type?: 'tel' }[] = [
  { name: 'name', label: 'address.name', autoComplete: 'name' },
  { name: 'phone', label: 'address.phone', autoComplete: 'tel', type: 'tel' },
  { name: 'province', label: 'address.province', autoComplete: 'address-level1' },
  { name: 'city', label: 'address.city', autoComplete: 'address-level2' },
  { name: 'district', label: 'address.district', autoComplete: 'address-level3' },
  { name: 'street', label: 'address.street', autoComplete: 'street-address' },
];

function Form({ address }: { address: Address | null }): ReactElement {
  const t = useT();
  const [form, setForm] = useState<AddressForm>(address ?? emptyAddress);
  const [isChecked, setChecked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const { reload } = useQuery('addresses', () => call('listAddresses', {}));
  const missing = missingFields(form);

  const save = async (): Promise<void> => {
    setChecked(true);
    if (missing.length > 0) return;
    setBusy(true);
    const { name, phone, province, city, district, street, isDefault } = form;
    const body = { name, phone, province, city, district, street, isDefault };
    try {
      if (address) await call('changeAddress', { params: { addressId: address.addressId }, body });
      else await call('addAddress', { body });
      await reload();
      toast(t('address.saved'), 'good');
      platform.back();
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(false);
    }
  };
  const remove = async (): Promise<void> => {
    if (!address) return;
    const isSure = await confirm({
      title: t('address.deleteTitle'),
      body: t('address.deleteBody'),
      yes: t('action.delete'),
      isDangerous: true,
    });
    if (!isSure) return;
    try {
      await call('removeAddress', { params: { addressId: address.addressId } });
      await reload();
      platform.back();
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Box className="wrap wrap-narrow stack">
      {address ? null : <Paste onParsed={(parsed) => setForm((before) => mergeParsed(before, parsed))} />}
      <Box className="card stack-plain">
        {fields.map(({ name, label, autoComplete, type }) => (
          <Field
            key={name}
            label={t(label)}
            value={form[name]}
            onChange={(value) => setForm((before) => ({ ...before, [name]: value }))}
            autoComplete={autoComplete}
            maxLength={name === 'street' ? 200 : 40}
            {...(type ? { type } : {})}
            {...(name === 'street' ? { placeholder: t('address.streetHint') } : {})}
            problem={isChecked && missing.includes(name) ? t('address.required') : undefined}
          />
        ))}
        <Box className="line">
          <Txt>{t('address.default')}</Txt>
          <Switch
            isOn={form.isDefault}
            label={t('address.default')}
            onTap={() => setForm((before) => ({ ...before, isDefault: !before.isDefault }))}
          />
        </Box>
      </Box>
      <Button size="big" isWide isDisabled={isBusy} onTap={() => void save()}>
        {t('action.save')}
      </Button>
      {address ? (
        <Button kind="quiet" isWide onTap={() => void remove()}>
          {t('action.delete')}
        </Button>
      ) : null}
    </Box>
  );
}

function Paste({ onParsed }: { onParsed: (parsed: Partial<AddressForm>) => void }): ReactElement {
  const t = useT();
  const [text, setText] = useState('');
  const parse = async (): Promise<void> => {
    try {
      onParsed(await call('parseAddress', { body: { text } }));
      toast(t('address.parsed'), 'good');
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Box className="card stack-plain">
      <Area
        label={t('address.paste')}
        value={text}
        onChange={setText}
        placeholder={t('address.pasteHint')}
        maxLength={500}
      />
      <Button kind="line" isDisabled={text.trim() === ''} onTap={() => void parse()}>
        {t('address.parse')}
      </Button>
    </Box>
  );
}
