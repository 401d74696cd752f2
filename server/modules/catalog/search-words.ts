const han = /\p{Script=Han}/u;

/**
 * The words a text can be found by: every Chinese character and pair of characters, every Latin word or number, and three-letter pieces
 * of longer words so that a mistyped one still shares most of them.
 */
export function searchTokens(...texts: readonly string[]): string[] {
  const tokens = new Set<string>();
  for (const run of texts.flatMap(runsOf)) {
    if (!han.test(run)) {
      for (const token of wordTokens(run)) tokens.add(token);
      continue;
    }
    const characters = Array.from(run);
    characters.forEach((character, at) => {
      tokens.add(character);
      if (at > 0) tokens.add(`${characters[at - 1]}${character}`);
    });
  }
  return [...tokens];
}

/** What to look for, and how much of it a product must have to count as found. */
export interface SearchQuery {
  readonly tokens: string[];
  readonly minHits: number;
}

/** Turns what a customer typed into search words: pairs of characters rather than single ones, with the shop's synonyms added. */
export function searchQuery(typed: string, synonyms: readonly (readonly string[])[] = []): SearchQuery {
  const tokens = new Set<string>();
  let needed = 0;
  for (const run of runsOf(typed)) {
    const own = queryTokens(run);
    for (const token of own) tokens.add(token);
    const ownNeeded = neededOf(run, own.length);
    needed += ownNeeded;
    for (const group of synonyms) {
      if (!group.some((word) => word.toLowerCase() === run)) continue;
      for (const word of group)
        for (const other of runsOf(word)) for (const token of queryTokens(other)) tokens.add(token);
      needed -= ownNeeded - 1;
    }
  }
  return { tokens: [...tokens].slice(0, 100), minHits: Math.max(1, needed) };
}

/** Some of the words may be missing: one character too many or a mistyped letter still finds the goods. */
function neededOf(run: string, tokens: number): number {
  return Math.ceil(tokens * (han.test(run) ? 0.5 : 0.4));
}

function queryTokens(run: string): string[] {
  if (!han.test(run)) return wordTokens(run);
  const characters = Array.from(run);
  return characters.length === 1
    ? characters
    : characters.slice(1).map((character, at) => `${characters[at]}${character}`);
}

function wordTokens(word: string): string[] {
  if (word.length < 4) return [word];
  return [word, ...Array.from({ length: word.length - 2 }, (_, at) => `~${word.slice(at, at + 3)}`)];
}

/** Chinese runs and Latin words of a text, in small letters. */
function runsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/\p{Script=Han}+|[\p{L}\p{N}]+?(?=\p{Script=Han}|[^\p{L}\p{N}]|$)/gu) ?? []
  );
}
