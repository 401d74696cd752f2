import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { CountryCode } from 'libphonenumber-js';

/** The number in E.164 (`+8613800138000`), or null when it cannot be a phone number; mainland China unless it says otherwise. */
export function normalisePhone(raw: string, country: CountryCode = 'CN'): string | null {
  const parsed = parsePhoneNumberFromString(raw.normalize('NFKC').trim(), country);
  return parsed?.isPossible() ? parsed.number : null;
}

/** Lower case in compatibility form, or null when it has no local part and domain. */
export function normaliseEmail(raw: string): string | null {
  const email = raw.normalize('NFKC').trim().toLowerCase();
  return /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(email) && email.length <= 254 ? email : null;
}

/** Upper case without spaces. */
export function normaliseIdNumber(raw: string): string {
  return raw.normalize('NFKC').replaceAll(/\s/g, '').toUpperCase();
}
