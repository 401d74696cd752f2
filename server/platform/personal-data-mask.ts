import { parsePhoneNumberFromString } from 'libphonenumber-js';

import { maskText } from '#platform/personal-data-detect';

/** Kinds of personal values, each with its own way of being hidden. */
export type PersonalKind =
  | 'phone'
  | 'name'
  | 'id_number'
  | 'bank_card'
  | 'email'
  | 'address'
  | 'birthday'
  | 'identifier'
  | 'plate'
  | 'ip'
  | 'location'
  | 'text';

const segmenter = new Intl.Segmenter('zh');
const graphemes = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

/** 138****5678; other countries `+852 ****1234`; of seven digits or fewer the last two, of three or fewer none. */
export function maskPhone(phone: string): string {
  const parsed = parsePhoneNumberFromString(phone, 'CN');
  const national = parsed?.nationalNumber ?? phone.normalize('NFKC').replaceAll(/\D/g, '');
  const country = parsed?.countryCallingCode;
  if ((country === undefined || country === '86') && /^1[3-9]\d{9}$/.test(national)) {
    return `${national.slice(0, 3)}****${national.slice(-4)}`;
  }
  const shown = national.length <= 3 ? '' : national.slice(national.length <= 7 ? -2 : -4);
  return country === undefined || country === '86' ? `****${shown}` : `+${country} ****${shown}`;
}

/** 张*, 欧**; L***. A name of one character shows nothing. */
export function maskName(name: string): string {
  const characters = graphemes(name.trim());
  const [first] = characters;
  if (first === undefined) return '';
  if (characters.length === 1) return '*';
  if (/^\p{Script=Han}/u.test(first)) return first + '*'.repeat(Math.min(characters.length - 1, 2));
  return `${first}***`;
}

/** **************123X: the last four only. */
export function maskIdNumber(idNumber: string): string {
  const text = idNumber.trim();
  return text.length < 8 ? '*'.repeat(8) : '*'.repeat(text.length - 4) + text.slice(-4).toUpperCase();
}

/** **** 6789 */
export function maskBankCard(card: string): string {
  const digits = card.replaceAll(/\D/g, '');
  return digits.length < 8 ? '****' : `**** ${digits.slice(-4)}`;
}

/** z***@qq.com */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  if (at < 1) return '***';
  const local = graphemes(email.slice(0, at).trim());
  return `${local.length > 1 ? (local[0] ?? '') : ''}***${email.slice(at)}`;
}

const province = /^(?:[\p{Script=Han}]{2,7}?(?:省|自治区|特别行政区)|(?:北京|上海|天津|重庆)市?)/u;
const city = /^[\p{Script=Han}]{1,10}?(?:自治州|地区|盟|市)/u;
const district = /^[\p{Script=Han}]{1,10}?(?:自治县|自治旗|县|旗|市|(?<![小园社街厂校景库军片苑])区)/u;

/** 广东省深圳市南山区****: down to the district and no further; what names no province or city shows nothing. */
export function maskAddress(address: string): string {
  let rest = address.replaceAll(/\s+/g, '').replace(/^中国/, '');
  let shown = '';
  for (const part of [province, city, district]) {
    if (part === district && shown === '') break;
    const [matched] = part.exec(rest) ?? [];
    if (matched === undefined) continue;
    shown += matched;
    rest = rest.slice(matched.length);
  }
  return `${shown}****`;
}

/** ****-05-12 */
export function maskBirthday(birthday: string): string {
  const [, month, day] = /^\d{4}-(\d{2})-(\d{2})/.exec(birthday.trim()) ?? [];
  return month === undefined || day === undefined ? '****' : `****-${month}-${day}`;
}

/** oX3a…9fQe for WeChat ids and other opaque identifiers; shorter ones show less. */
export function maskIdentifier(identifier: string): string {
  const text = identifier.trim();
  if (text.length < 8) return '****';
  const shown = text.length < 16 ? 2 : 4;
  return `${text.slice(0, shown)}…${text.slice(-shown)}`;
}

/** 粤B·***45 */
export function maskPlate(plate: string): string {
  const characters = graphemes(plate.replaceAll(/[\s·•]/g, ''));
  return characters.length < 6 ? '***' : `${characters.slice(0, 2).join('')}·***${characters.slice(-2).join('')}`;
}

/** 203.0.113.0/24, 2001:db8:1::/48 */
export function maskIp(ip: string): string {
  const v4 = /(?:^|:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(ip);
  if (v4) return `${v4[1]}.${v4[2]}.${v4[3]}.0/24`;
  if (!ip.includes(':')) return '***';
  const groups = (ip.split('::')[0] ?? '').split(':').filter(Boolean);
  return `${[...groups, '0', '0', '0'].slice(0, 3).join(':')}::/48`;
}

/** A point rounded to two decimals of a degree (about a kilometre): `22.54,113.95`. */
export function maskLocation(latitudeLongitude: string): string {
  const numbers = latitudeLongitude.split(',').map((part) => Number(part));
  if (numbers.length !== 2 || numbers.some((value) => !Number.isFinite(value))) return '***';
  return numbers.map((value) => value.toFixed(2)).join(',');
}

const masks: Readonly<Record<PersonalKind, (plain: string) => string>> = {
  phone: maskPhone,
  name: maskName,
  id_number: maskIdNumber,
  bank_card: maskBankCard,
  email: maskEmail,
  address: maskAddress,
  birthday: maskBirthday,
  identifier: maskIdentifier,
  plate: maskPlate,
  ip: maskIp,
  location: maskLocation,
  text: maskText,
};

/** The masked form of a personal value; free text keeps its words and loses the numbers in it. */
export function mask(kind: PersonalKind, plain: string): string {
  return masks[kind](plain);
}
