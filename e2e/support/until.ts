import { setTimeout as pause } from 'node:timers/promises';

/** Asks again until the answer is one that counts; after the deadline it fails with the last answer. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  counts: (answer: T) => boolean,
  withinMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (counts(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms: ${JSON.stringify(answer)}`);
    await pause(250);
  }
}
