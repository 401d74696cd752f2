/** What is filled in on the address page. */
export interface AddressForm {
  readonly name: string;
  readonly phone: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly street: string;
  readonly isDefault: boolean;
}
export type AddressField = Exclude<keyof AddressForm, 'isDefault'>;

export const emptyAddress: AddressForm = {
  name: '',
  phone: '',
  province: '',
  city: '',
  district: '',
  street: '',
  isDefault: false,
};

/** What still has to be filled in; a district is not everywhere. */
export function missingFields(form: AddressForm): AddressField[] {
  const needed: readonly AddressField[] = ['name', 'phone', 'province', 'city', 'street'];
  return needed.filter((name) => form[name].trim() === '' || (name === 'phone' && form.phone.trim().length < 5));
}

/** Takes over what was recognised in a pasted text and keeps the rest. */
export function mergeParsed(form: AddressForm, parsed: Partial<AddressForm>): AddressForm {
  const found = Object.entries(parsed).filter(
    ([name, value]) => name in emptyAddress && typeof value === 'string' && value !== '',
  );
  return { ...form, ...Object.fromEntries(found) };
}
