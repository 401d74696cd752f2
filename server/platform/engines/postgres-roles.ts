import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Client } from 'pg';

import { EngineError } from './engine-log.ts';

/** One password per role; `admin` is the superuser, which only starts, verifies and backs up. */
export interface Credentials {
  readonly admin: string;
  readonly owner: string;
  readonly web: string;
  readonly worker: string;
}

export type Role = keyof Credentials;

const extensions = ['pg_trgm', 'btree_gist', 'pgcrypto', 'amcheck'];

/** Settings of each role's sessions. A session that waits or idles too long must not hold others up. */
const roleSettings: Record<Exclude<Role, 'admin'>, Record<string, string>> = {
  // Migrations give up on a lock rather than queue every other session behind them.
  owner: { lock_timeout: '3s', idle_in_transaction_session_timeout: '60s' },
  web: { lock_timeout: '3s', statement_timeout: '10s', idle_in_transaction_session_timeout: '30s' },
  worker: { lock_timeout: '10s', idle_in_transaction_session_timeout: '60s' },
};

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

/** Reads the passwords from their 0600 file, or makes them when there is no cluster yet. */
export function loadCredentials(file: string, clusterExists: boolean): Credentials {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Credentials;
  if (clusterExists) {
    throw new EngineError(`The database passwords are missing: restore ${file} from a backup of the data folder.`);
  }
  const credentials: Credentials = {
    admin: newPassword(),
    owner: newPassword(),
    web: newPassword(),
    worker: newPassword(),
  };
  writeFileSync(`${file}.new`, JSON.stringify(credentials), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return credentials;
}

/** Connection URL of a role over TCP. */
export function roleUrl(role: Role, credentials: Credentials, port: number, database = 'shuke'): string {
  return `postgres://shuke_${role}:${credentials[role]}@127.0.0.1:${port}/${database}`;
}

/** A socket's address takes at most 107 bytes, the last of them for the end mark. */
const socketPathMaxBytes = 107;

/**
 * Connection URL of a role over the socket in the data folder, which costs about a third less processor time per statement than TCP;
 * over TCP where the folder's path is too long for a socket's address.
 */
export function localRoleUrl(
  role: Role,
  credentials: Credentials,
  { port, dataDir }: { port: number; dataDir: string },
) {
  const url = roleUrl(role, credentials, port);
  const fits = Buffer.byteLength(join(dataDir, `.s.PGSQL.${port}`)) < socketPathMaxBytes;
  return fits ? `${url}?host=${encodeURIComponent(dataDir)}` : url;
}

async function ensureRole(client: Client, role: Exclude<Role, 'admin'>, password: string): Promise<void> {
  const name = `shuke_${role}`;
  const exists = (await client.query('select from pg_roles where rolname = $1', [name])).rowCount === 1;
  if (!exists) await client.query(`create role ${name}`);
  const rights = role === 'owner' ? 'createdb' : 'nocreatedb';
  await client.query(
    `alter role ${name} login nosuperuser nobypassrls nocreaterole noreplication noinherit ${rights} password ${client.escapeLiteral(password)}`,
  );
  for (const [setting, value] of Object.entries(roleSettings[role])) {
    await client.query(`alter role ${name} set ${setting} = ${client.escapeLiteral(value)}`);
  }
}

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A server that dies meanwhile also rejects the query in flight; the event alone must not end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Creates what an application database needs and brings role settings up to date. Every step may be repeated, so that
 * a start cut short is finished by the next one.
 */
export async function bootstrapCluster(credentials: Credentials, port: number): Promise<void> {
  // In template1, so that every database made later (tests, a restore drill) has the extensions too.
  await connected(roleUrl('admin', credentials, port, 'template1'), async (client) => {
    for (const extension of extensions) await client.query(`create extension if not exists ${extension}`);
    for (const role of ['owner', 'web', 'worker'] as const) await ensureRole(client, role, credentials[role]);
  });
  await connected(roleUrl('admin', credentials, port, 'postgres'), async (client) => {
    const exists = await client.query(`select from pg_database where datname = 'shuke'`);
    if (exists.rowCount === 0) await client.query('create database shuke owner shuke_owner template template1');
    await client.query('revoke connect, temporary on database postgres from public');
  });
}

/** Whether the server answers its superuser within two seconds. */
export async function answers(credentials: Credentials, port: number): Promise<boolean> {
  const client = new Client({
    connectionString: roleUrl('admin', credentials, port, 'template1'),
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    void client.end().catch(() => undefined);
  }
}
