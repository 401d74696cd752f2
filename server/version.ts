import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

interface Package {
  readonly version: string;
}

/** The version of this installation, as package.json says. */
export const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, 'package.json'), 'utf8')) as Package;
