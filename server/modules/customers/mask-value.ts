import { mask, maskEmail, maskIdentifier, maskPhone } from '#platform/personal-data';

import { builtInAttribute } from './attributes.ts';

/** An identifier as staff see it before they reveal it. */
export function maskIdentifierValue(kind: string, value: string): string {
  if (kind === 'phone' || kind === 'receiver_phone') return maskPhone(value);
  return kind === 'email' ? maskEmail(value) : maskIdentifier(value);
}

/** A personal attribute as staff see it before they reveal it. */
export function maskAttribute(name: string, value: string): string {
  const kind = builtInAttribute(name)?.personal;
  // Whatever a sender's own attribute holds was found to name a person: nothing of it is shown.
  return kind === undefined ? '***' : mask(kind, value);
}
