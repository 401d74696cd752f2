import { spawnSync } from 'node:child_process';
import { chownSync, lchownSync, lstatSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { EngineError } from './engine-log.ts';

/** How to start a program that refuses to run as root. */
export interface RunAs {
  /** Owner of the files it writes; undefined when we simply stay who we are. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /** What `spawn` needs to become that owner. */
  readonly spawnOptions: { uid?: number; gid?: number };
  /** Words to put before the program, when `spawn` alone is not enough. */
  readonly prefix: readonly string[];
}

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const ourselves: RunAs = { owner: undefined, spawnOptions: {}, prefix: [] };

function accounts(): Account[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid = '', gid = '']) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

/** The account the data already belongs to, else the machine's usual unprivileged ones. */
function candidateAccounts(dir: string): Account[] {
  const all = accounts();
  const ownerUid = statSync(dir).uid;
  const owner = all.filter((account) => account.uid === ownerUid && account.uid !== 0);
  const usual = ['postgres', 'nobody', 'daemon'].flatMap((name) => all.filter((account) => account.name === name));
  return [...owner, ...usual.filter((account) => account.uid !== 0)];
}

function viaSpawn({ uid, gid }: Account): RunAs {
  return { owner: { uid, gid }, spawnOptions: { uid, gid }, prefix: [] };
}

/**
 * Keeps one capability that lets the account pass folders closed to it, such as a clone under a private home. Without the
 * securebit access(2), by which PostgreSQL looks for its own programs, would ignore the capability.
 */
function viaSetpriv({ uid, gid }: Account, capability: string): RunAs {
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--securebits=+no_setuid_fixup'];
  const capabilities = [`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`];
  return { owner: { uid, gid }, spawnOptions: {}, prefix: ['setpriv', ...identity, ...capabilities, '--'] };
}

/** From the least power to the most: containers often hold only the last capability. */
function waysFor(account: Account): RunAs[] {
  return [viaSpawn(account), viaSetpriv(account, 'dac_read_search'), viaSetpriv(account, 'dac_override')];
}

/** Lets `initdb` look around as that identity, which finds the server and its files as a real run does, and writes nothing. */
function problemOf(runAs: RunAs, dir: string, initdb: string): string | undefined {
  const script = 'test -w "$1" || { echo "cannot write to $1"; exit 1; }; exec "$2" --show -D "$1/data"';
  const [command, ...args] = [...runAs.prefix, 'sh', '-c', script, 'sh', dir, initdb];
  const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
  const options = { ...runAs.spawnOptions, env, cwd: '/', encoding: 'utf8', timeout: 10_000 } as const;
  const result = spawnSync(command, args, options);
  if (result.status === 0) return undefined;
  return result.error?.message ?? `${result.stdout}${result.stderr}`.trim();
}

/**
 * Chooses an identity under which PostgreSQL may run and write to `dir` (which is handed to it when we are root).
 * Throws an EngineError with the way out when the machine allows none.
 */
export function chooseRunAs(dir: string, initdb: string): RunAs {
  if (process.getuid?.() !== 0) return ourselves;
  const problems: string[] = [];
  for (const account of candidateAccounts(dir)) {
    const before = statSync(dir);
    chownSync(dir, account.uid, account.gid);
    for (const runAs of waysFor(account)) {
      const problem = problemOf(runAs, dir, initdb);
      if (problem === undefined) return runAs;
      problems.push(`as ${[account.name, ...runAs.prefix.slice(-2, -1)].join(' with ')}: ${problem.split('\n')[0]}`);
    }
    chownSync(dir, before.uid, before.gid);
  }
  throw new EngineError(
    'PostgreSQL refuses to run as root, and no other account of this machine can reach its files.\n' +
      problems.map((problem) => `  - ${problem}`).join('\n') +
      '\nStart Shuke as an ordinary user, or move it to a folder others may enter (for example /opt/shuke), ' +
      'or install `setpriv` (util-linux), or set DATABASE_URL to your own PostgreSQL.',
  );
}

/** Gives a file or a whole folder to the identity that will use it; does nothing when we stay ourselves. */
export function handOver(path: string, runAs: RunAs): void {
  if (!runAs.owner) return;
  const { uid, gid } = runAs.owner;
  const stat = lstatSync(path);
  if (stat.uid !== uid || stat.gid !== gid) lchownSync(path, uid, gid);
  if (stat.isDirectory()) for (const entry of readdirSync(path)) handOver(join(path, entry), runAs);
}
