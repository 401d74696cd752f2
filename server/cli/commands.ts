import { auditCommand } from './audit.ts';
import { backupCommand, restoreCommand } from './backup.ts';
import { benchCommand } from './bench.ts';
import { doctor } from './doctor.ts';
import { importCommand } from './import.ts';
import { migrateCommand } from './migrate.ts';
import { seedCommand } from './seed.ts';
import { start } from './start.ts';

interface Command {
  readonly usage: string;
  /** Returns the exit code, 0 when absent. */
  run(args: readonly string[]): Promise<number | undefined>;
}

export const commands: Readonly<Record<string, Command>> = {
  start: { usage: 'start everything: engines, migrations, web, pipeline, jobs', run: start },
  migrate: { usage: 'bring the database schema up to date', run: migrateCommand },
  import: {
    usage: '<file.csv> [--source=<code>] import an order export; running it again changes nothing',
    run: importCommand,
  },
  seed: {
    usage: '[--customers 20000] [--months 12] [--seed 7] | --remove [--yes]  fill (or empty) the demo brand',
    run: seedCommand,
  },
  backup: { usage: '<folder> copy the database and files while everything runs', run: backupCommand },
  restore: { usage: '<backup folder> [--until=<ISO time>] bring a backup back, up to a moment', run: restoreCommand },
  audit: { usage: 'verify — prove that nothing was removed from the audit log', run: auditCommand },
  doctor: { usage: 'check this installation and say what to mend', run: doctor },
  bench: { usage: '<name> measure one figure: name value unit (context)', run: benchCommand },
};
