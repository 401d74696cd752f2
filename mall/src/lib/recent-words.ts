/** Reads the words searched before; anything damaged is nothing. */
export function readRecent(stored: string | null): string[] {
  if (stored === null) return [];
  try {
    const value: unknown = JSON.parse(stored);
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string').slice(0, 10) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** The newest first, each once, ten at most. */
export function rememberWords(before: readonly string[], words: string): string[] {
  return [words, ...before.filter((each) => each !== words)].slice(0, 10);
}
