/**
 * What a text can say of its reader. Journeys fill them in when the message goes out; a coupon's are those of the one given last on the
 * same way through the journey.
 */
export const messageVariables = [
  'name',
  'customer_no',
  'tier',
  'points',
  'store',
  'last_product',
  'last_order_on',
  'coupon_name',
  'coupon_amount',
  'coupon_code',
  'coupon_expires_on',
  'brand',
] as const;
export type MessageVariable = (typeof messageVariables)[number];

const gap = /\{\{\s*([a-z_][a-z0-9_.]*)\s*(?:\|([^{}|]*))?\}\}/gi;

/** Names of the gaps in texts, each once, in their order. */
export function variablesIn(...texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(gap)].map(([, name = '']) => name)))];
}

/**
 * Fills `{{variable}}` in a text, or `{{variable|what to say without it}}`. Without a value and words for that case it becomes nothing,
 * so that no customer reads braces.
 */
export function fillIn(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(gap, (_all, name: string, otherwise: string | undefined) => {
    const value = String(values[name] ?? '');
    return value === '' ? (otherwise ?? '') : value;
  });
}
