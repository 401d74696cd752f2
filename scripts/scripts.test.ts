import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { countTests, summaryLine } from './lib/vitest-report.mjs';

const here = import.meta.dirname;
// The machine's own Node, older than the pinned one: what a person types `npm start` with.
const machineNode = existsSync('/usr/bin/node') ? '/usr/bin/node' : process.execPath;

let home: string;
let repo: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(repo, path)), { recursive: true });
  writeFileSync(join(repo, path), text);
}

function lock(version: string): string {
  return JSON.stringify({
    packages: { '': {}, 'node_modules/antd': { version }, 'node_modules/other': { version: '1.0.0', optional: true } },
  });
}

function installed(version: string): void {
  write('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/antd': { version } } }));
}

/** A repository of the same shape whose server, npm and Vite are a few lines long. */
beforeEach(() => {
  repo = join(home, `店 铺 ${Math.random().toString(36).slice(2)}`);
  cpSync(here, join(repo, 'scripts'), { recursive: true, filter: (file) => !file.endsWith('.test.ts') });
  write('package.json', '{ "type": "module" }');
  write('package-lock.json', lock('6.0.0'));
  installed('6.0.0');
  write(
    `node_modules/node-${process.platform}-${process.arch}/bin/node`,
    `#!/bin/sh\nPINNED=yes exec '${process.execPath}' "$@"\n`,
  );
  write(
    'server/main.ts',
    `const report: Record<string, unknown> = { args: process.argv.slice(2), cwd: process.cwd(), data: process.env.SHUKE_DATA, pinned: process.env.PINNED };
     if (process.argv[2] === 'wait' || process.argv[2] === 'start') {
       const hold = setInterval(() => {}, 1000);
       process.on('SIGTERM', () => { console.log('terminated'); process.exit(3); });
       process.on('disconnect', () => { clearInterval(hold); process.exit(0); });
     }
     console.log(JSON.stringify(report));
     if (process.argv[2] === 'fail') process.exitCode = 7;`,
  );
  write(
    'npm.cjs',
    `const fs = require('node:fs');
     fs.appendFileSync('npm-calls', process.argv[2] + '\\n');
     if (fs.existsSync('offline')) { console.error('npm error network'); process.exit(1); }
     fs.mkdirSync('node_modules', { recursive: true });
     const lock = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
     fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/antd': lock.packages['node_modules/antd'] } }));`,
  );
});
beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'shuke-scripts-')));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], npm_execpath: join(repo, 'npm.cjs') };
}

function shuke(args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  const result = spawnSync(machineNode, [join(repo, 'scripts', 'shuke.mjs'), ...args], {
    cwd: options.cwd ?? repo,
    env: { ...environment(), ...options.env },
    encoding: 'utf8',
  });
  return {
    ...result,
    report: result.stdout.startsWith('{') ? (JSON.parse(result.stdout) as Record<string, unknown>) : {},
  };
}

async function waiting(script: string, args: string[]): Promise<ChildProcess> {
  const child = spawn(machineNode, [join(repo, 'scripts', script), ...args], {
    cwd: repo,
    env: environment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  return child;
}

function npmCalls(): string[] {
  return existsSync(join(repo, 'npm-calls')) ? readFileSync(join(repo, 'npm-calls'), 'utf8').trim().split('\n') : [];
}

function build({ withMiniProgram = false } = {}) {
  const script = `import { buildFrontEnds } from ${JSON.stringify(join(repo, 'scripts/lib/front-ends.mjs'))}; console.log(JSON.stringify(await buildFrontEnds({ withMiniProgram: ${withMiniProgram} })));`;
  const { stdout, stderr } = spawnSync(machineNode, ['--input-type=module', '-e', script], {
    env: environment(),
    encoding: 'utf8',
  });
  return {
    failed: JSON.parse(stdout) as string[],
    stderr,
    builds: existsSync(join(repo, 'builds')) ? readFileSync(join(repo, 'builds')).length : 0,
  };
}

describe('shuke', () => {
  test('runs the server under the pinned Node with its arguments, from where the person stands', () => {
    const elsewhere = join(home, 'elsewhere');
    mkdirSync(elsewhere, { recursive: true });

    const { report, status } = shuke(['import', '订单 1.csv'], { cwd: elsewhere });

    expect(status).toBe(0);
    expect(report).toEqual({
      args: ['import', '订单 1.csv'],
      cwd: elsewhere,
      data: join(repo, '.shuke'),
      pinned: 'yes',
    });
  });

  test('takes relative paths as `npm run shuke` was given them, and a data folder of the operator', () => {
    const { report } = shuke(['x'], { env: { npm_lifecycle_event: 'shuke', INIT_CWD: home, SHUKE_DATA: 'my data' } });

    expect(report).toMatchObject({ cwd: home, data: join(repo, 'my data') });
  });

  test("returns the server's exit code", () => {
    expect(shuke(['fail']).status).toBe(7);
  });

  test('gives the pinned Node back its executable bit', () => {
    const node = join(repo, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
    chmodSync(node, 0o644);

    expect(shuke(['x']).status).toBe(0);
    expect(statSync(node).mode & 0o111).toBe(0o111);
  });

  test('passes a signal on and waits for the server to end', async () => {
    const child = await waiting('shuke.mjs', ['wait']);
    let output = '';
    child.stdout?.on('data', (text) => (output += text));

    child.kill('SIGTERM');

    const [code] = (await once(child, 'close')) as [number];
    expect({ code, output }).toEqual({ code: 3, output: 'terminated\n' });
  });

  test.each([
    ['npm', "sh -c '$RUN; true'; true"],
    ['the shell npm started it in', '$RUN; true'],
  ])('stops the server when %s is killed', async (_who, line) => {
    const run = `"${machineNode}" "${join(repo, 'scripts', 'start.mjs')}"`;
    const npm = spawn('sh', ['-c', line.replace('$RUN', run)], {
      cwd: repo,
      env: { ...environment(), npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(npm.stdout, 'data');
    let output = '';
    npm.stdout.on('data', (text) => (output += text));

    npm.kill('SIGTERM');

    await once(npm, 'close');
    expect(output).toBe('terminated\n');
  });

  test('takes the server with it when it is killed', async () => {
    const child = await waiting('shuke.mjs', ['wait']);

    child.kill('SIGKILL');

    // The pipe closes only when the server, which holds its other end too, has gone.
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
  });
});

describe('installing', () => {
  test('happens once on a fresh clone, then never again', () => {
    rmSync(join(repo, 'node_modules', '.package-lock.json'));

    expect(shuke(['x']).stderr).toContain('installing packages of Shuke (first run)');
    expect(shuke(['x']).stderr).toBe('');
    expect(npmCalls()).toEqual(['ci']);
  });

  test('only brings the difference when the lock file has moved on', () => {
    installed('5.9.0');

    expect(shuke(['x']).stderr).toContain('(1 changed: antd)');
    expect(npmCalls()).toEqual(['install']);
  });

  test('covers the mall, a project of its own', () => {
    write('mall/package-lock.json', lock('1.0.0'));

    expect(shuke(['x']).stderr).toContain('packages of the mall installed');
    expect(readFileSync(join(repo, 'mall', 'npm-calls'), 'utf8')).toBe('install\n');
  });

  test('says what failed and leaves the server alone', () => {
    rmSync(join(repo, 'node_modules', '.package-lock.json'));
    write('offline', '');

    const { status, stderr, stdout } = shuke(['x']);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('npm error network');
    expect(stderr).toContain('Check the network or proxy');
  });

  test('keeps what a command prints clean of progress', () => {
    rmSync(join(repo, 'node_modules', '.package-lock.json'));

    expect(shuke(['x']).report).toMatchObject({ args: ['x'] });
  });
});

describe('building the front ends', () => {
  beforeEach(() => {
    write('console/package.json', '{}');
    write('console/src/main.tsx', 'one');
    write('server/modules/orders/contract.ts', "import { endpoint } from '#platform/endpoint';\n");
    write('server/modules/orders/routes.ts', 'one');
    write('server/platform/endpoint.ts', 'one');
    write(
      'node_modules/vite/bin/vite.js',
      `import fs from 'node:fs';
       if (fs.readFileSync('src/main.tsx', 'utf8') === 'broken') { console.error('\\u001b[31mUnexpected <token>\\u001b[0m'); process.exit(1); }
       fs.mkdirSync('dist', { recursive: true });
       fs.appendFileSync('../builds', 'x');
       fs.writeFileSync('dist/index.html', fs.readFileSync('src/main.tsx', 'utf8'));`,
    );
  });

  test('happens only when something they are made of has changed', () => {
    expect(build()).toMatchObject({ failed: [], builds: 1 });
    expect(build()).toMatchObject({ stderr: '', builds: 1 });
    write('server/modules/orders/routes.ts', 'two');
    expect(build()).toMatchObject({ builds: 1 });
    write('server/platform/endpoint.ts', 'two');
    expect(build()).toMatchObject({ builds: 2 });
    write('console/src/main.tsx', 'two');
    expect(build()).toMatchObject({ builds: 3 });
    rmSync(join(repo, 'console/dist/index.html'));
    expect(build()).toMatchObject({ builds: 4 });
  });

  test('when it fails, prints why, leaves a page that says so, and tries again next time', () => {
    write('console/src/main.tsx', 'broken');

    const { failed, stderr } = build();

    expect(failed).toEqual(['console']);
    expect(stderr).toContain('Unexpected <token>');
    const page = readFileSync(join(repo, 'console/dist/index.html'), 'utf8');
    expect(page).toContain('页面未能构建');
    expect(page).toContain('Unexpected &lt;token&gt;</pre>');
    write('console/src/main.tsx', 'mended');
    expect(build().failed).toEqual([]);
    expect(readFileSync(join(repo, 'console/dist/index.html'), 'utf8')).toBe('mended');
  });

  describe('of the mall', () => {
    beforeEach(() => {
      write('mall/package.json', '{}');
      write('mall/src/app.tsx', 'one');
      const builder = (file: string): string =>
        `const fs = require('node:fs');
         const source = fs.readFileSync('src/app.tsx', 'utf8');
         if (source === 'broken') { console.error("Could not resolve ./not-there.ts\\n  watchFiles: [" + "\\n    'a.ts'".repeat(40) + "\\n  ]"); process.exit(1); }
         fs.mkdirSync(require('node:path').dirname('${file}'), { recursive: true });
         fs.appendFileSync('../builds', 'x');
         fs.writeFileSync('${file}', source);`;
      write('mall/node_modules/vite/bin/vite.js', builder('dist/h5/index.html'));
      write('mall/node_modules/@tarojs/cli/bin/taro', builder('dist/weapp/app.json'));
      build();
    });

    test('includes the mini-program when asked for, and again only when its source has changed', () => {
      expect(existsSync(join(repo, 'mall/dist/weapp/app.json'))).toBe(false);
      expect(build({ withMiniProgram: true })).toMatchObject({ failed: [], builds: 3 });
      expect(build({ withMiniProgram: true })).toMatchObject({ stderr: '', builds: 3 });
      write('mall/src/app.tsx', 'two');
      expect(build({ withMiniProgram: true })).toMatchObject({ failed: [], builds: 5 });
    });

    test('names a mini-program that could not be built, and why', () => {
      write('mall/src/app.tsx', 'broken');
      const { failed, stderr } = build({ withMiniProgram: true });
      expect(failed).toContain('mini-program');
      expect(stderr).toContain('Could not resolve ./not-there.ts');
    });
  });

  test('a failed build does not keep the server from starting', async () => {
    write('console/src/main.tsx', 'broken');

    const child = await waiting('start.mjs', []);

    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([3, null]);
  });
});

describe('what runs before a change lands', () => {
  const tool = (code: number): string => `process.exit(${code});`;

  beforeEach(() => {
    mkdirSync(join(repo, '.ci'));
    cpSync(join(here, '../.ci/run'), join(repo, '.ci/run'));
    for (const name of ['oxfmt', 'oxlint', 'tsc', 'knip']) write(`node_modules/.bin/${name}`, tool(0));
    write('mall/node_modules/.bin/tsc', tool(0));
    write(
      'node_modules/vitest/vitest.mjs',
      `import { writeFileSync } from 'node:fs';
       const file = process.argv.find((each) => each.startsWith('--outputFile.json=')).split('=')[1];
       writeFileSync(file, JSON.stringify({ numPassedTests: 5, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }));`,
    );
    write(
      'bin/npm',
      `#!/bin/sh\ncase "$*" in *verify*) exec '${machineNode}' scripts/verify.mjs;; *) exec '${machineNode}' scripts/test.mjs;; esac\n`,
    );
    chmodSync(join(repo, 'bin/npm'), 0o755);
  });

  function runAll() {
    const env = { ...environment(), PATH: `${join(repo, 'bin')}:${process.env['PATH']}`, CHROMIUM: process.execPath };
    const { status, stdout, stderr } = spawnSync(join(repo, '.ci/run'), { env, encoding: 'utf8' });
    return { status, lastLine: stdout.trim().split('\n').at(-1), stderr };
  }

  test('ends green when every check and every test passed', () => {
    expect(runAll()).toMatchObject({ status: 0, lastLine: '5 passed, 0 failed' });
  });

  test('counts the checks that failed in its last line', () => {
    write('node_modules/.bin/oxlint', tool(1));
    write('mall/node_modules/.bin/tsc', tool(2));

    const { status, lastLine, stderr } = runAll();

    expect({ status, lastLine }).toEqual({ status: 1, lastLine: '5 passed, 2 failed' });
    expect(stderr).toContain('Failed: lint, types mall');
  });

  test("says that the mall's packages are not there when its types cannot be checked", () => {
    rmSync(join(repo, 'mall/node_modules'), { recursive: true });

    const { lastLine, stderr } = runAll();

    expect(lastLine).toBe('5 passed, 1 failed');
    expect(stderr).toContain('The packages of mall are not installed; run `npm install` in mall/.');
  });

  test('ends with its line even when nothing could be installed', () => {
    rmSync(join(repo, 'node_modules', '.package-lock.json'));
    write('offline', '');

    expect(runAll()).toMatchObject({ status: 1, lastLine: '0 passed, 2 failed' });
  });
});

describe("the test command's last line", () => {
  const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 0 };

  test('names passed, failed and skipped', () => {
    const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }] }];
    expect(summaryLine(countTests({ ...report, testResults }))).toBe('5 passed, 1 failed, 2 skipped');
    expect(summaryLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
  });

  test('counts a file that broke before its first test', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }];
    expect(countTests({ ...report, numFailedTests: 0, testResults }).failed).toBe(1);
  });
});
