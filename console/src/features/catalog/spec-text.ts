/** "red / M": the values of a variant in words. */
export function specText(spec: Readonly<Record<string, string>>): string {
  return Object.values(spec).filter(Boolean).join(' / ');
}
