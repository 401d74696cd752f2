/** What kind of value an attribute holds. */
export type AttributeType = 'text' | 'number' | 'date' | 'boolean' | 'choice';

/** One dimension of the profile. */
export interface Attribute {
  readonly name: string;
  readonly group: 'identity' | 'consumption' | 'behaviour' | 'social' | 'service' | 'household' | 'custom';
  readonly type: AttributeType;
  /** Identifies the person: kept encrypted and shown masked. */
  readonly personal?: 'name' | 'birthday' | 'address' | 'text' | 'email';
  readonly choices?: readonly string[];
}

const text = 'text' as const;
const list = (group: Attribute['group'], attributes: readonly Omit<Attribute, 'group'>[]): Attribute[] =>
  attributes.map((attribute) => ({ ...attribute, group }));

/** The dimensions every profile has; the screens translate `attributes.<name>`. */
export const builtInAttributes: readonly Attribute[] = [
  ...list('identity', [
    { name: 'name', type: text, personal: 'name' },
    { name: 'nickname', type: text, personal: 'name' },
    { name: 'gender', type: 'choice', choices: ['female', 'male', 'other'] },
    { name: 'birthday', type: 'date', personal: 'birthday' },
    { name: 'address', type: text, personal: 'address' },
    { name: 'province', type: text },
    { name: 'city', type: text },
    { name: 'occupation', type: text },
    { name: 'language', type: text },
    { name: 'avatar_file_id', type: text },
    { name: 'store_id', type: 'number' },
    { name: 'tier_code', type: text },
  ]),
  ...list('consumption', [
    { name: 'price_level', type: 'choice', choices: ['low', 'middle', 'high'] },
    { name: 'favourite_category', type: text },
    { name: 'favourite_brand', type: text },
    { name: 'favourite_channel', type: text },
    { name: 'favourite_store_id', type: 'number' },
    { name: 'payment_method', type: text },
    { name: 'is_discount_seeker', type: 'boolean' },
    { name: 'size', type: text },
  ]),
  ...list('behaviour', [
    { name: 'active_hour', type: 'number' },
    { name: 'device_model', type: text },
    { name: 'os', type: text },
    { name: 'interests', type: text },
    { name: 'first_channel', type: text },
    { name: 'first_campaign', type: text },
    { name: 'reads_content', type: 'boolean' },
  ]),
  ...list('social', [
    { name: 'is_wecom_friend', type: 'boolean' },
    { name: 'groups_count', type: 'number' },
    { name: 'shares_count', type: 'number' },
    { name: 'follows_official_account', type: 'boolean' },
    { name: 'guide_id', type: text },
  ]),
  ...list('service', [
    { name: 'contact_channel', type: 'choice', choices: ['phone', 'wechat', 'sms', 'email'] },
    { name: 'contact_hour', type: 'number' },
    { name: 'skin_type', type: 'choice', choices: ['dry', 'oily', 'combination', 'normal', 'sensitive'] },
    { name: 'satisfaction', type: 'number' },
    { name: 'note', type: text, personal: 'text' },
  ]),
  ...list('household', [
    { name: 'life_stage', type: 'choice', choices: ['pregnant', 'baby', 'toddler', 'preschool', 'school', 'other'] },
    { name: 'due_on', type: 'date' },
    { name: 'child_born_on', type: 'date', personal: 'birthday' },
    { name: 'children_count', type: 'number' },
    { name: 'pet', type: text },
    { name: 'house_layout', type: text },
    { name: 'car_model', type: text },
  ]),
];

const byName = new Map(builtInAttributes.map((attribute) => [attribute.name, attribute]));

/** Other names senders use for our attributes. */
const aliases: Readonly<Record<string, string>> = {
  first_name: 'nickname',
  full_name: 'name',
  real_name: 'name',
  nick_name: 'nickname',
  sex: 'gender',
  birthdate: 'birthday',
  birth_date: 'birthday',
  dob: 'birthday',
  due_date: 'due_on',
};

/** Our name for an attribute as a sender spells it (`firstName`, `First Name`); null when it cannot be one. */
export function attributeName(sent: string): string | null {
  const snake = sent
    .trim()
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[\s.-]+/g, '_')
    .toLowerCase();
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(snake)) return null;
  return (Object.hasOwn(aliases, snake) ? aliases[snake] : undefined) ?? snake;
}

/** The built-in attribute of a name. */
export function builtInAttribute(name: string): Attribute | undefined {
  return byName.get(name);
}
