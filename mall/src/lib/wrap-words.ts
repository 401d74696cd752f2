/** Breaks a text into lines no wider than `width`, at most `most` of them, the last with … when something is left over. */
export function wrapWords(text: string, width: number, most: number, measure: (words: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of text.match(/[\x21-\x7e]+\s*|./gu) ?? []) {
    if (line !== '' && measure((line + part).trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = part;
    } else {
      line += part;
    }
  }
  if (line.trim() !== '') lines.push(line.trimEnd());
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most);
  let last = kept[most - 1] ?? '';
  while (last !== '' && measure(`${last}…`) > width) last = last.slice(0, -1);
  return [...kept.slice(0, -1), `${last}…`];
}
