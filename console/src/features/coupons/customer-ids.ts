/** Customer numbers in a pasted text, each once, whatever stands between them. */
export function customerIdsIn(text: string): number[] {
  const numbers = text.match(/\d+/g) ?? [];
  return [...new Set(numbers.map(Number))].filter((customerId) => Number.isSafeInteger(customerId) && customerId > 0);
}
