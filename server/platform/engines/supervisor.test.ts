import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { readConfig } from '#platform/config';

import { freePort } from './ports.ts';
import { livePostmaster } from './postmaster.ts';
import { isRunning, waitUntil } from './processes.ts';
import type { Running } from './running.ts';
import { prepareCluster, silent as log } from './test-cluster.ts';
import { withEngines } from './with-engines.ts';

const moduleUrl = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);

let home: string;
let copyCluster: (engineDir: string) => void;
const programs: ChildProcess[] = [];
const folders: string[] = [];

vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'shuke-supervisor-'));
  chmodSync(home, 0o755);
  copyCluster = await prepareCluster(home);
  // A web role that answers from the database, and a pipeline role that has nothing to listen on.
  writeFileSync(
    join(home, 'role.mjs'),
    `import { createServer } from 'node:http';
     import { createRequire } from 'node:module';
     const { playRole } = await import(${moduleUrl('./role.ts')});
     const { Pool } = createRequire(${moduleUrl('./role.ts')})('pg');
     if (process.env.BROKEN && process.argv[2] === 'web') throw new Error('a fault of ours');
     await playRole(async () => {
       if (process.argv[2] !== 'web') { const hold = setInterval(() => {}, 1000); return { close: async () => clearInterval(hold) }; }
       const pool = new Pool({ connectionString: process.env.DATABASE_URL_WEB, connectionTimeoutMillis: 1000 });
       pool.on('error', () => {});
       let pending = 0;
       const server = createServer(async (request, response) => {
         pending += 1;
         try {
           if (request.url === '/slow') await new Promise((resume) => setTimeout(resume, 1500));
           const { rows } = await pool.query('select current_user as who');
           response.end(JSON.stringify({ pid: process.pid, who: rows[0].who }));
         } catch (error) { response.statusCode = 503; response.end(error.message); }
         finally { pending -= 1; }
       });
       await new Promise((resolve, reject) => server.once('error', reject).listen(Number(process.env.PORT), '127.0.0.1', resolve));
       return { port: server.address().port, close: async () => {
         server.close(); server.closeIdleConnections();
         while (pending > 0) await new Promise((resume) => setTimeout(resume, 20));
         await pool.end();
       } };
     });`,
  );
  writeFileSync(
    join(home, 'supervise.mjs'),
    `const { supervise } = await import(${moduleUrl('./supervisor.ts')});
     const { readConfig } = await import(${moduleUrl('../config.ts')});
     const log = { info() {}, warn(fields, text) { console.error(text); }, error(fields, text) { console.error(text, fields.err ?? ''); } };
     try {
       process.exitCode = await supervise({
         config: readConfig(), log, roles: ['web', 'pipeline'],
         roleArgs: (role) => [${JSON.stringify(join(home, 'role.mjs'))}, role],
         onReady: ({ webPort }) => console.log(JSON.stringify({ webPort })),
       });
     } catch (error) { console.log(error.message); process.exitCode = 1; }`,
  );
});
afterEach(async () => {
  for (const program of programs.splice(0)) {
    if (program.exitCode !== null || program.signalCode !== null) continue;
    const exit = once(program, 'exit');
    program.kill('SIGTERM');
    await exit;
  }
  for (const folder of folders.splice(0)) {
    const left = existsSync(join(folder, 'postgres/data')) ? livePostmaster(join(folder, 'postgres/data')) : undefined;
    if (left) process.kill(left.pid, 'SIGQUIT');
  }
});
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

interface Program {
  readonly process: ChildProcess;
  readonly data: string;
  readonly port: number;
  readonly output: () => string;
}

/** Starts a supervisor and waits for its first line; analytics are left out unless asked for. */
async function supervise(name: string, environment: NodeJS.ProcessEnv = {}): Promise<Program> {
  const data = join(home, name);
  folders.push(data);
  // The first test creates its cluster itself; what the others are about comes later.
  if (name !== 'life' && !existsSync(data)) copyCluster(join(data, 'postgres'));
  const program = spawn(process.execPath, [join(home, 'supervise.mjs')], {
    env: {
      PATH: process.env['PATH'],
      SHUKE_DATA: data,
      PORT: '0',
      CLICKHOUSE_URL: 'http://127.0.0.1:9',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  programs.push(program);
  let output = '';
  program.stderr?.on('data', (text) => (output += text));
  const [line] = (await once(program.stdout ?? program, 'data')) as [Buffer];
  output += line.toString();
  const port = /"webPort":(\d+)/.exec(line.toString())?.[1];
  return { process: program, data, port: Number(port), output: () => output };
}

function running({ data }: Pick<Program, 'data'>): Running {
  return JSON.parse(readFileSync(join(data, 'run', 'shuke.json'), 'utf8')) as Running;
}

async function get(port: number, path = '/'): Promise<{ pid: number; who: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as { pid: number; who: string };
}

/** Asks until it is answered again; answers how long that took. */
async function recovered(port: number, isNew: (answer: { pid: number }) => boolean = () => true): Promise<number> {
  const since = performance.now();
  for (;;) {
    const answer = await get(port).catch(() => undefined);
    if (answer && isNew(answer)) return performance.now() - since;
    if (performance.now() - since > 15_000) throw new Error('not answered within 15 s');
    await sleep(50);
  }
}

async function ended(program: Program): Promise<number | null> {
  const { process: child } = program;
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

const pidOf = (program: Program, role: string): number =>
  running(program).processes.find(({ name }) => name === role)?.pid ?? 0;

const commandLine = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8');

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

const externalUrl = (role: string): string => `postgres://${role}@db.example/shuke`;

describe('a supervisor', () => {
  test('runs the roles on the embedded database and tells commands where it is, until SIGTERM', async () => {
    const program = await supervise('life');

    expect(await get(program.port)).toMatchObject({ who: 'shuke_web' });
    const { databaseUrls, processes, webPort, pid } = running(program);
    expect({ pid, webPort }).toEqual({ pid: program.process.pid, webPort: program.port });
    expect(statSync(join(program.data, 'run', 'shuke.json')).mode & 0o777).toBe(0o600);
    const postmaster = livePostmaster(join(program.data, 'postgres/data'))?.pid ?? 0;

    program.process.kill('SIGTERM');

    expect(await ended(program)).toBe(0);
    expect([postmaster, ...processes.map((each) => each.pid)].filter(isRunning)).toEqual([]);
    expect(existsSync(join(program.data, 'run', 'shuke.json'))).toBe(false);
    expect(databaseUrls.web).toContain('shuke_web');
  });

  test('lets requests in flight finish before it stops', async () => {
    const program = await supervise('common');
    const slow = get(program.port, '/slow');
    await sleep(200);

    program.process.kill('SIGTERM');

    expect(await slow).toMatchObject({ who: 'shuke_web' });
    expect(await ended(program)).toBe(0);
  });

  test('brings a killed role back on the same port, and then a killed database', async () => {
    const program = await supervise('common');
    const { pid } = await get(program.port);
    process.kill(pid, 'SIGKILL');
    expect(await recovered(program.port, (answer) => answer.pid !== pid)).toBeLessThan(10_000);

    const { adminUrl } = running(program);
    const client = new Client({ connectionString: adminUrl ?? '' });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('create table if not exists kept as select 1 as one');
    const postmaster = livePostmaster(join(program.data, 'postgres/data'))?.pid ?? 0;
    process.kill(postmaster, 'SIGKILL');

    await waitUntil(() => !isRunning(postmaster), 5_000);
    expect(await recovered(program.port)).toBeLessThan(10_000);
    const again = new Client({ connectionString: adminUrl ?? '' });
    await again.connect();
    expect((await again.query('select one from kept')).rows).toEqual([{ one: 1 }]);
    await again.end();
  });

  test('killed itself, takes its roles with it, and the next start needs no hand', async () => {
    const first = await supervise('orphaned', { PORT: String(await freePort()) });
    const [web, pipeline] = [pidOf(first, 'web'), pidOf(first, 'pipeline')];
    first.process.kill('SIGKILL');
    await ended(first);

    const second = await supervise('orphaned', { PORT: String(first.port) });

    expect(second.port).toBe(first.port);
    expect([web, pipeline].filter(isRunning)).toEqual([]);
    expect(await get(second.port)).toMatchObject({ who: 'shuke_web' });
  });

  test('stops when the script that started it is gone', async () => {
    const program = await supervise('common');

    program.process.disconnect();

    expect(await ended(program)).toBe(0);
  });

  test('stops with a sentence when the web port is taken, instead of trying for ever', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const data = join(home, 'common');
    folders.push(data);
    if (!existsSync(data)) copyCluster(join(data, 'postgres'));
    const program = spawn(process.execPath, [join(home, 'supervise.mjs')], {
      env: { PATH: process.env['PATH'], SHUKE_DATA: data, PORT: String(port), CLICKHOUSE_URL: 'http://127.0.0.1:9' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    programs.push(program);
    let output = '';
    program.stderr.on('data', (text) => (output += text));

    expect(await once(program, 'close')).toEqual([1, null]);
    expect(output).toContain(`Port ${port} is taken by another program`);
    other.close();
  });

  test('gives up when a role never comes to work', async () => {
    const data = join(home, 'common');
    folders.push(data);
    const program = spawn(process.execPath, [join(home, 'supervise.mjs')], {
      env: {
        PATH: process.env['PATH'],
        SHUKE_DATA: data,
        PORT: '0',
        CLICKHOUSE_URL: 'http://127.0.0.1:9',
        BROKEN: 'yes',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    programs.push(program);
    let output = '';
    program.stderr.on('data', (text) => (output += text));

    expect(await once(program, 'close')).toEqual([1, null]);
    expect(output).toContain('web never came to work');
  });

  test('refuses a data folder in use and names the process that has it', async () => {
    const first = await supervise('common');

    const second = await supervise('common');

    expect(second.output()).toContain(`Another Shuke (process ${first.process.pid}) is using`);
    expect(await ended(second)).toBe(1);
    expect(await get(first.port)).toMatchObject({ who: 'shuke_web' });
  });

  test('has a warehouse that answers, and brings it back when it is killed', async () => {
    const program = await supervise('common', { CLICKHOUSE_URL: '' });
    const { warehouseUrl } = running(program);
    const { origin, username, password } = new URL(warehouseUrl);
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const answered = async (): Promise<string> => {
      const deadline = performance.now() + 20_000;
      for (;;) {
        const reply = await fetch(`${origin}/?query=select+7`, { headers: { authorization } }).catch(() => undefined);
        if (reply || performance.now() > deadline) return (await reply?.text())?.trim() ?? 'no answer';
        await sleep(100);
      }
    };
    expect(await answered()).toBe('7');
    const child = childrenOf(program.process.pid ?? 0).find((pid) => commandLine(pid).includes('warehouse'));
    process.kill(child ?? 0, 'SIGKILL');
    await waitUntil(() => !isRunning(child ?? 0), 5_000);

    expect(await answered()).toBe('7');
  });
});

describe('a command', () => {
  test('uses the engines of the running Shuke', async () => {
    const program = await supervise('common');
    const config = readConfig({ SHUKE_DATA: program.data });

    const addresses = await withEngines(config, log, (given) => Promise.resolve(given), { warehouse: false });

    expect(addresses.databaseUrls).toEqual(running(program).databaseUrls);
    expect(await get(program.port)).toMatchObject({ who: 'shuke_web' });
  });

  test('starts engines of its own when none run, and stops them afterwards, whatever happened', async () => {
    const config = readConfig({ SHUKE_DATA: join(home, 'alone') });
    const dataDir = join(home, 'alone', 'postgres', 'data');
    copyCluster(join(home, 'alone', 'postgres'));

    const seen = withEngines(
      config,
      log,
      async ({ databaseUrls }) => {
        const client = new Client({ connectionString: databaseUrls.worker });
        await client.connect();
        const { rows } = await client.query<{ who: string }>('select current_user as who');
        await client.end();
        expect(livePostmaster(dataDir)).toBeDefined();
        throw new Error(`seen by ${rows[0]?.who}`);
      },
      { warehouse: false },
    );

    await expect(seen).rejects.toThrow('seen by shuke_worker');
    expect(livePostmaster(dataDir)).toBeUndefined();
  });

  test('takes over the database of a killed Shuke, and ends in order', async () => {
    const killed = await supervise('common');
    killed.process.kill('SIGKILL');
    await ended(killed);
    const script = `
      const { withEngines } = await import(${moduleUrl('./with-engines.ts')});
      const { readConfig } = await import(${moduleUrl('../config.ts')});
      const log = { info() {}, warn() {}, error() {} };
      process.exitCode = await withEngines(readConfig(), log, async () => 7, { warehouse: false });`;

    // Nothing but the work itself keeps such a process alive.
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { PATH: process.env['PATH'], SHUKE_DATA: killed.data },
      encoding: 'utf8',
    });

    expect({ status: result.status, stderr: result.stderr }).toEqual({ status: 7, stderr: '' });
    expect(livePostmaster(join(killed.data, 'postgres/data'))).toBeUndefined();
  });

  test('leaves a database of the operator alone', async () => {
    const config = readConfig({
      SHUKE_DATA: join(home, 'external'),
      DATABASE_URL: externalUrl('owner'),
      DATABASE_URL_WEB: externalUrl('web'),
      DATABASE_URL_WORKER: externalUrl('worker'),
      CLICKHOUSE_URL: 'http://ch.example:8123',
    });

    const addresses = await withEngines(config, log, (given) => Promise.resolve(given));

    expect(addresses).toEqual({
      databaseUrls: { owner: externalUrl('owner'), web: externalUrl('web'), worker: externalUrl('worker') },
      adminUrl: null,
      warehouseUrl: 'http://ch.example:8123',
    });
    expect(existsSync(join(home, 'external', 'postgres'))).toBe(false);
  });
});
