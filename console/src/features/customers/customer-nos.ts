/**
 * The customer numbers of a pasted list (`#12, #15` or one a line), each once; empty for anything that is not a list: a phone number
 * with blanks in it, a name, a single number.
 */
export function customerNosIn(text: string): string[] {
  const parts = text.split(/[\s,;，；、]+/).filter((part) => part !== '');
  const isPhone =
    /^[+\d][\d\s-]*$/.test(text.trim()) && !/[\n,;，；、]/.test(text) && text.replaceAll(/\D/g, '').length >= 10;
  if (parts.length < 2 || isPhone || !parts.every((part) => /^#?\d{1,9}$/.test(part))) return [];
  return [...new Set(parts.map((part) => part.replace('#', '')))];
}
