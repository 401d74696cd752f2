/** Names of the gaps in a text, each once, in their order: `{{name}}`. */
export function variablesIn(...texts: readonly string[]): string[] {
  const names = texts.flatMap((text) =>
    [...text.matchAll(/\{\{\s*([a-z_][a-z0-9_.]*)\s*\}\}/gi)].map(([, name]) => name ?? ''),
  );
  return [...new Set(names)];
}

/** The text as it would arrive; a gap without a value stays visible. */
export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{\s*([a-z_][a-z0-9_.]*)\s*\}\}/gi, (gap, name: string) => values[name] || gap);
}
