import { parseArgs } from 'node:util';
import type { ParseArgsOptionsConfig } from 'node:util';

/** What a command was called with; null, with the fault and the usage printed, when it cannot be read. Both `--a=1` and `--a 1` are understood. */
export function readArguments<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  usage: string,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.log(`${error.message}\nUsage: ${usage}`);
    return null;
  }
}
