import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder, wherever it was cloned and whatever the working directory is. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Path of a file of the repository. */
export function inRepo(...parts) {
  return join(root, ...parts);
}

/** Environment for the server: its data folder sits in the repository unless the operator names another. */
export function serverEnvironment() {
  return { ...process.env, SHUKE_DATA: resolve(process.env.SHUKE_DATA || inRepo('.shuke')) };
}

/** Prints a line of progress on stderr, so that a command's own output stays clean. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** `3.4 s` since the moment given in milliseconds. */
export function since(startedMs) {
  return `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
}

/** A failure the operator can act on: printed as a sentence, without a stack. */
export class Refusal extends Error {}

/** Runs a script's main function; a refusal becomes its sentence and exit code 1. */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? process.exitCode ?? 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(`shuke: ${error.message}`);
    process.exitCode = 1;
  }
}
