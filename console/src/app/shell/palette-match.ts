/** Whether every word of the query occurs in the text, or the query's letters start its words in order ("im or" or "io": Import orders). */
export function matches(text: string, query: string): boolean {
  const haystack = text.toLowerCase();
  const needle = query.toLowerCase().trim();
  if (needle.split(/\s+/).every((word) => haystack.includes(word))) return true;
  const initials = haystack
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => word[0] ?? '')
    .join('');
  return needle.length > 1 && initials.includes(needle);
}
