import { readConfig } from '#platform/config';
import { EngineError } from '#platform/engines/engine-log';
import { playRole } from '#platform/engines/role';
import { DomainError } from '#platform/errors';

import { roles } from '../roles.ts';
import { commands } from './commands.ts';

const [command = 'help', ...args] = process.argv.slice(2);

/** Ends with a sentence when the fault is the operator's to mend, with a stack when it is ours. */
function fail(error: unknown): never {
  const known = error instanceof DomainError || error instanceof EngineError;
  console.error(known ? `shuke: ${error.message}` : error);
  process.exit(1);
}

if (command === 'run') {
  const role = /^--role=(\w+)$/.exec(args[0] ?? '')?.[1] ?? '';
  const play = roles[role];
  if (!play) fail(new EngineError(`run needs --role=${Object.keys(roles).join('|')}`));
  await playRole(() => play(readConfig()));
} else {
  const chosen = commands[command];
  if (!chosen) {
    console.log(
      `Usage: shuke <command>\n\n${Object.entries(commands)
        .map(([name, { usage }]) => `  ${name.padEnd(10)} ${usage}`)
        .join('\n')}`,
    );
    process.exit(command === 'help' || command === '--help' ? 0 : 2);
  }
  try {
    process.exitCode = (await chosen.run(args)) ?? 0;
  } catch (error) {
    fail(error);
  }
}
