import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { findPostgresBinaries } from './postgres-binaries.ts';
import { startPostgres, type PostgresEngine } from './postgres.ts';
import { isRunning, waitUntil } from './processes.ts';
import { chooseRunAs } from './run-as.ts';
import { prepareCluster, silent as log } from './test-cluster.ts';

const isRoot = process.getuid?.() === 0;

let home: string;
let copyCluster: (engineDir: string) => void;
const running: PostgresEngine[] = [];
const children: ChildProcess[] = [];

vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'shuke postgres 熟客-'));
  chmodSync(home, 0o755);
  copyCluster = await prepareCluster(home);
  // For tests that leave a cluster as they found it.
  copyCluster(join(home, 'common'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exit = once(child, 'exit');
    // With its input closed a starter stops its server; a child without one is a mere sleep.
    if (child.stdin) child.stdin.end();
    else child.kill('SIGKILL');
    await exit;
  }
  for (const engine of running.splice(0)) await engine.stop('immediate');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function start(dir: string, options: { fsync?: boolean } = {}): Promise<PostgresEngine> {
  const engine = await startPostgres({ dir: join(home, dir), log, fsync: false, sharedBuffersMb: 32, ...options });
  running.push(engine);
  return engine;
}

async function query<Row extends object>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Starts the engine in a process of its own, as `npm start` does, and answers what that process printed. */
async function startElsewhere(
  dir: string,
  identity: { uid?: number; gid?: number } = {},
): Promise<{ child: ChildProcess; line: string }> {
  const module = new URL('./postgres.ts', import.meta.url).href;
  const script = `
    const { startPostgres } = await import(${JSON.stringify(module)});
    const log = { info() {}, warn() {}, error() {} };
    try {
      const engine = await startPostgres({ dir: process.argv[1], log, fsync: false, sharedBuffersMb: 32 });
      console.log(JSON.stringify({ pid: engine.pid, port: engine.port, url: engine.urls.web, adminUrl: engine.adminUrl }));
      process.stdin.on('data', () => {});
      process.stdin.on('end', () => engine.stop('immediate'));
    } catch (error) { console.log(error.message); process.exitCode = 1; }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, join(home, dir)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: '/',
    ...identity,
  });
  children.push(child);
  const [output] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, line: output.toString() };
}

async function killed(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

describe('a first start', () => {
  test('gives three roles that cannot pass row-level security, with their time limits and the extensions', async () => {
    const { urls, adminUrl } = await start('first');

    const roles = await query(
      adminUrl,
      `select rolname, rolsuper, rolbypassrls, rolinherit, rolcanlogin from pg_roles where rolname ~ '^shuke_(owner|web|worker)$' order by 1`,
    );
    expect(roles).toEqual(
      ['shuke_owner', 'shuke_web', 'shuke_worker'].map((rolname) => ({
        rolname,
        rolsuper: false,
        rolbypassrls: false,
        rolinherit: false,
        rolcanlogin: true,
      })),
    );
    const memberships = await query(adminUrl, `select from pg_auth_members where roleid = 'shuke_owner'::regrole`);
    expect(memberships).toEqual([]);
    expect(
      await query(
        urls.web,
        `select current_setting('lock_timeout') lock, current_setting('statement_timeout') statement`,
      ),
    ).toEqual([{ lock: '3s', statement: '10s' }]);
    const extensions = await query<{ extname: string }>(urls.owner, `select extname from pg_extension order by 1`);
    expect(extensions.map(({ extname }) => extname)).toEqual([
      'amcheck',
      'btree_gist',
      'pg_trgm',
      'pgcrypto',
      'plpgsql',
    ]);
    await query(urls.owner, 'create schema orders');
    await expect(query(urls.web, 'create schema mine')).rejects.toThrow('permission denied');
  });

  test('keeps durability on, checksums data, sorts and splits Chinese text, and refuses wrong passwords', async () => {
    const { urls, port } = await start('durable', { fsync: true });

    const settings = await query<{ name: string; setting: string }>(
      urls.web,
      `select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'jit',
        'password_encryption', 'log_min_error_statement', 'log_error_verbosity', 'listen_addresses') order by name`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      data_checksums: 'on',
      fsync: 'on',
      full_page_writes: 'on',
      jit: 'off',
      listen_addresses: '127.0.0.1',
      log_error_verbosity: 'terse',
      log_min_error_statement: 'panic',
      password_encryption: 'scram-sha-256',
      synchronous_commit: 'on',
    });
    const [text] = await query<{ trigrams: number; upper: string }>(
      urls.web,
      `select cardinality(show_trgm('熟客商城')) trigrams, upper('é') upper`,
    );
    expect(text).toEqual({ trigrams: 5, upper: 'É' });
    await expect(query(`postgres://shuke_web:wrong@127.0.0.1:${port}/shuke`, 'select 1')).rejects.toThrow(
      'password authentication failed',
    );
    await expect(query(`postgres://shuke_web@127.0.0.1:${port}/shuke`, 'select 1')).rejects.toThrow('password');
    expect(statSync(join(home, 'durable', 'credentials.json')).mode & 0o777).toBe(0o600);
  });

  test("keeps customers' values out of its log, and takes the operator's own settings", async () => {
    writeFileSync(join(home, 'common', 'postgresql.local.conf'), 'work_mem = 9MB\narchive_timeout = 5s\n');
    const { adminUrl, dataDir } = await start('common');

    await query(adminUrl, 'create table phones (phone text primary key)');
    await query(adminUrl, 'insert into phones values ($1)', ['13800138000']);
    await expect(query(adminUrl, 'insert into phones values ($1)', ['13800138000'])).rejects.toThrow('duplicate key');
    await expect(query(adminUrl, `select '13800138000'::date`)).rejects.toThrow('out of range');
    await query(adminUrl, 'drop table phones');

    const folder = join(dataDir, 'log');
    const lines = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(lines.join('')).toContain('database system is ready to accept connections');
    expect(lines.join('')).not.toContain('13800138000');
    expect(await query(adminUrl, `select current_setting('work_mem') as work_mem`)).toEqual([{ work_mem: '9MB' }]);
  });

  test('survives being cut short in the middle of creating the cluster', async () => {
    mkdirSync(join(home, 'cut', 'data.new', 'base'), { recursive: true });
    writeFileSync(
      join(home, 'cut', 'credentials.json'),
      JSON.stringify({ admin: 'a', owner: 'b', web: 'c', worker: 'd' }),
    );

    const { urls } = await start('cut');

    expect(await query(urls.worker, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('refuses a folder that holds other files, and leaves it as it was', async () => {
    mkdirSync(join(home, 'photos'));
    writeFileSync(join(home, 'photos', 'cat.jpg'), 'a cat');
    const before = statSync(join(home, 'photos'));

    await expect(start('photos')).rejects.toThrow('needs a folder of its own');

    expect([statSync(join(home, 'photos')).uid, statSync(join(home, 'photos')).mode]).toEqual([
      before.uid,
      before.mode,
    ]);
  });

  test('says which file is missing when the passwords of an existing cluster are lost', async () => {
    copyCluster(join(home, 'lost'));
    rmSync(join(home, 'lost', 'credentials.json'));

    await expect(start('lost')).rejects.toThrow('The database passwords are missing');
  });
});

describe('a server left behind', () => {
  test('is adopted when its starter was killed', async () => {
    copyCluster(join(home, 'orphan'));
    const { child, line } = await startElsewhere('orphan');
    const before = JSON.parse(line) as { pid: number; port: number; adminUrl: string };
    await query(before.adminUrl, 'create table kept as select 7 as seven');
    await killed(child);

    const engine = await start('orphan');

    expect({ adopted: engine.adopted, pid: engine.pid, port: engine.port }).toEqual({
      adopted: true,
      pid: before.pid,
      port: before.port,
    });
    expect(await query(engine.adminUrl, 'select seven from kept')).toEqual([{ seven: 7 }]);
    await engine.stop();
    expect(isRunning(before.pid)).toBe(false);
  });

  test('is ended and replaced when it does not answer', async () => {
    const { child, line } = await startElsewhere('common');
    const { pid } = JSON.parse(line) as { pid: number };
    await killed(child);
    // Nobody can log in any more: from outside it is as good as hung.
    const hba = join(home, 'common', 'data', 'pg_hba.conf');
    writeFileSync(hba, 'local all all reject\n');
    process.kill(pid, 'SIGHUP');
    await new Promise((resume) => setTimeout(resume, 200));

    const engine = await start('common');

    expect(engine.adopted).toBe(false);
    expect(isRunning(pid)).toBe(false);
    expect(await query(engine.urls.web, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('does not block a start when it is a zombie or its number belongs to another program', async () => {
    const engine = await start('common');
    const port = engine.port;
    await engine.stop();
    // The replaced shell never collects its first child.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(parent);
    const zombiePid = Number(((await once(parent.stdout, 'data')) as [Buffer])[0].toString());
    await waitUntil(() => !isRunning(zombiePid), 2_000);
    expect(existsSync(`/proc/${zombiePid}`)).toBe(true);

    for (const pid of [zombiePid, parent.pid]) {
      const data = join(home, 'common', 'data');
      writeFileSync(join(data, 'postmaster.pid'), `${pid}\n${data}\n1\n${port}\n.\n127.0.0.1\n  1 1\nready   \n`);
      writeFileSync(join(data, `.s.PGSQL.${port}.lock`), `${pid}\n`);

      const next = await startPostgres({ dir: join(home, 'common'), log, fsync: false, sharedBuffersMb: 32, port });
      expect(await query(next.urls.web, 'select 1 as one')).toEqual([{ one: 1 }]);
      await next.stop('immediate');
    }
  });

  test('keeps every acknowledged row through a kill -9 of the server under load', async () => {
    copyCluster(join(home, 'load'));
    const engine = await start('load', { fsync: true });
    await query(engine.adminUrl, 'create table entry (id bigint primary key)');
    const acknowledged: number[] = [];
    const writer = async (first: number): Promise<void> => {
      const client = new Client({ connectionString: engine.adminUrl });
      client.on('error', () => undefined);
      await client.connect();
      for (let id = first; ; id += 8) {
        await client.query('insert into entry values ($1)', [id]);
        acknowledged.push(id);
      }
    };
    const writers = Array.from({ length: 8 }, (_, first) => writer(first).catch(() => undefined));
    while (acknowledged.length < 500) await new Promise((resume) => setTimeout(resume, 10));

    process.kill(engine.pid, 'SIGKILL');
    await engine.exited;
    await Promise.all(writers);
    await engine.stop();
    const next = await start('load', { fsync: true });

    const rows = await query<{ id: string }>(next.adminUrl, 'select id from entry');
    const stored = new Set(rows.map(({ id }) => Number(id)));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  });
});

describe('two starters', () => {
  test('of one folder: the second is told the number of the first', async () => {
    const { child } = await startElsewhere('common');

    await expect(start('common')).rejects.toThrow(`Another Shuke (process ${child.pid}) is using`);
  });

  test('of one folder at the same moment: exactly one wins', async () => {
    const lines = await Promise.all([startElsewhere('race'), startElsewhere('race'), startElsewhere('race')]);

    expect(lines.filter(({ line }) => line.includes('"port"'))).toHaveLength(1);
    expect(lines.filter(({ line }) => line.startsWith('Another Shuke (process '))).toHaveLength(2);
  });

  test('of one folder in two containers, which do not see each other: the second is refused while the first lives', async () => {
    const lock = join(home, 'common', 'data.lock');
    // What the other container's server holds; its process numbers mean nothing here.
    const other = spawn('flock', ['-n', '--no-fork', lock, 'sh', '-c', 'echo held; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(other.stdout, 'data');
    await expect(start('common')).rejects.toThrow('A PostgreSQL of another container is running');
    other.kill();
    await once(other, 'close');

    const engine = await start('common');
    expect(spawnSync('flock', ['-n', lock, 'true']).status).toBe(1);
    await engine.stop('immediate');
    expect(spawnSync('flock', ['-n', lock, 'true']).status).toBe(0);
  });

  test('of two folders run side by side, whatever listens on 5432', async () => {
    const other = createServer().listen(5432, '127.0.0.1');
    other.on('error', () => undefined);
    for (const side of ['left', 'right']) copyCluster(join(home, side));
    const [left, right] = await Promise.all([start('left'), start('right')]);

    await query(left.adminUrl, 'create table only_left ()');

    expect(left.port).not.toBe(right.port);
    expect(await query(right.adminUrl, `select to_regclass('only_left') as found`)).toEqual([{ found: null }]);
    other.close();
  });
});

describe.runIf(isRoot)('as root', () => {
  test('runs the server as an unprivileged account', async () => {
    const engine = await start('common');

    const uid = statSync(`/proc/${engine.pid}`).uid;
    expect(uid).not.toBe(0);
    expect(statSync(engine.dataDir).uid).toBe(uid);
  });

  test('works below a folder that only root may enter', async () => {
    mkdirSync(join(home, 'private'), { mode: 0o700 });

    copyCluster(join(home, 'private', 'engine'));
    const engine = await start('private/engine');

    expect(statSync(`/proc/${engine.pid}`).uid).not.toBe(0);
    await query(engine.adminUrl, 'create table t as select generate_series(1, 10000)');
    await engine.stop();
    const again = await start('private/engine');
    expect(await query(again.adminUrl, 'select count(*)::int from t')).toEqual([{ count: 10_000 }]);
  });

  test('works with its programs behind such a folder, as in a clone under a private home', () => {
    const closed = join(home, 'closed');
    mkdirSync(join(closed, 'engine'), { recursive: true });
    chmodSync(closed, 0o700);
    const native = dirname(dirname(findPostgresBinaries().initdb));
    cpSync(native, join(closed, 'native'), { recursive: true, verbatimSymlinks: true });
    const initdb = join(closed, 'native', 'bin', 'initdb');

    const { prefix, spawnOptions } = chooseRunAs(join(closed, 'engine'), initdb);

    const words = [...prefix, initdb, '--no-sync', '-D', join(closed, 'engine', 'data')];
    const result = spawnSync('env', words, { ...spawnOptions, encoding: 'utf8' });
    expect(result.stderr).not.toContain('Permission denied');
    expect(result.status).toBe(0);
    expect(statSync(join(closed, 'engine', 'data')).uid).not.toBe(0);
  });

  test('says what to do when no account can reach the folder', () => {
    mkdirSync(join(home, 'sealed', 'engine'), { recursive: true });
    chmodSync(join(home, 'sealed'), 0o700);
    // A machine without setpriv has only the plain change of account left, and that cannot enter.
    mkdirSync(join(home, 'bin'));
    symlinkSync('/bin/sh', join(home, 'bin', 'sh'));
    const module = new URL('./run-as.ts', import.meta.url).href;
    const script = `const { chooseRunAs } = await import(${JSON.stringify(module)}); chooseRunAs(process.argv[1], '/bin/true');`;

    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script, join(home, 'sealed', 'engine')], {
      env: { PATH: join(home, 'bin') },
      encoding: 'utf8',
    });

    expect(result.status).toBe(1);
    expect(result.stderr).toContain('as nobody: cannot write to');
    expect(result.stderr).toContain('as nobody with --ambient-caps=+dac_override: spawnSync setpriv ENOENT');
    expect(result.stderr).toContain('Start Shuke as an ordinary user, or move it to a folder others may enter');
    expect(statSync(join(home, 'sealed', 'engine')).uid).toBe(0);
  });

  test('leaves an ordinary user able to run it alone', async () => {
    mkdirSync(join(home, 'ordinary'));
    chownSync(join(home, 'ordinary'), 65_534, 65_534);

    const { line } = await startElsewhere('ordinary/engine', { uid: 65_534, gid: 65_534 });

    const { pid, url } = JSON.parse(line) as { pid: number; url: string };
    expect(statSync(`/proc/${pid}`).uid).toBe(65_534);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});
