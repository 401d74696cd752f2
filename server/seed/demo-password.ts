import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Config } from '#platform/config';

type Place = Pick<Config, 'dataDir' | 'demoPassword'>;

/** Letters and digits that nobody confuses when typing them from a terminal. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

function pathOf({ dataDir }: Place): string {
  return join(dataDir, 'secrets', 'demo-password');
}

/** The password of everybody in the demo brand as it was made; null when there is none to show any more. */
export function knownDemoPassword(place: Place): string | null {
  const path = pathOf(place);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
}

/**
 * The password the demo brand's people get: one for the installation, from `SHUKE_DEMO_PASSWORD` or random (about 79 bits), kept in
 * `secrets/demo-password` with mode 0600 so that every start can show it.
 */
export function demoPassword(place: Place): string {
  const known = knownDemoPassword(place);
  if (known !== null) return known;
  const group = () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('');
  const password = place.demoPassword ?? [group(), group(), group(), group()].join('-');
  mkdirSync(dirname(pathOf(place)), { recursive: true, mode: 0o700 });
  writeFileSync(pathOf(place), `${password}\n`, { mode: 0o600 });
  return password;
}

/** Shows it no more: it is not the administrator's password any longer. */
export function forgetDemoPassword(place: Place): void {
  rmSync(pathOf(place), { force: true });
}
