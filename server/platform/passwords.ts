import { hash, parseOptions, verify } from '@node-rs/argon2';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

import { defineError, TooManyRequests } from '#platform/errors';

/** argon2id with 19 MiB and two passes (OWASP); raise them here and old hashes are renewed at the next sign-in. */
const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const shortest = 12;
const longest = 128;

export const WeakPassword = defineError(
  'weak_password',
  400,
  (why: 'short' | 'long' | 'guessable') =>
    why === 'guessable'
      ? 'This password is easy to guess. Use several unrelated words, or let a password manager make one.'
      : `A password has ${shortest} to ${longest} characters.`,
  (why) => ({ why, shortest, longest }),
);

let estimator: ZxcvbnFactory | undefined;

/** Refuses passwords that are too short, well known, or made of the person's own words; asks for no particular characters. */
export function requireStrongPassword(password: string, ownWords: readonly string[] = []): void {
  const length = Array.from(new Intl.Segmenter().segment(password)).length;
  if (length < shortest) throw new WeakPassword('short');
  if (password.length > longest) throw new WeakPassword('long');
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  if (estimator.check(password, [...ownWords, 'shuke', '熟客']).score < 3) throw new WeakPassword('guessable');
}

/** The argon2id hash (PHC text) of a password, under the limit of hashes at once. */
export async function hashPassword(password: string): Promise<string> {
  return atMostFour(() => hash(password.normalize('NFKC'), cost));
}

let decoy: Promise<string> | undefined;

/**
 * Whether the password is the stored one. Without a stored hash (unknown login) the same work is done against a decoy, so that the
 * time tells nothing. `renewed` is a fresh hash when the stored one was made at a lower cost.
 */
export async function checkPassword(
  stored: string | null,
  password: string,
): Promise<{ readonly ok: boolean; readonly renewed: string | null }> {
  decoy ??= hashPassword('a decoy that nobody can type');
  const against = stored ?? (await decoy);
  const matches = await atMostFour(() => verify(against, password.normalize('NFKC')));
  if (!matches || stored === null) return { ok: false, renewed: null };
  const { memoryCost, timeCost } = parseOptions(stored);
  const weaker = memoryCost < cost.memoryCost || timeCost < cost.timeCost;
  return { ok: true, renewed: weaker ? await hashPassword(password) : null };
}

let running = 0;
const waiting: (() => void)[] = [];

// Each hash takes 19 MiB and a core: four at once, a short queue, then a refusal that costs nothing.
async function atMostFour<T>(work: () => Promise<T>): Promise<T> {
  if (running < 4) running += 1;
  else {
    if (waiting.length >= 64) throw new TooManyRequests(1);
    // Whoever finishes hands over the place without giving it up.
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
