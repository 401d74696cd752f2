import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { inRepo, Refusal, say, since } from './repo.mjs';
import { run } from './run.mjs';

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    // Absent, or cut short by an interrupted install: either way there is nothing to rely on.
    return undefined;
  }
}

/** What of the lock file is not installed as it says; undefined when nothing is installed at all. */
function staleness(projectDir, { dev }) {
  const wanted = packagesOf(join(projectDir, 'package-lock.json'));
  const installed = packagesOf(join(projectDir, 'node_modules', '.package-lock.json'));
  if (!installed || !wanted) return undefined;
  return Object.entries(wanted)
    .filter(([path]) => path.startsWith('node_modules/'))
    .filter(([path, { version, optional, devOptional, dev: onlyDev, peer }]) => {
      const present = installed[path];
      if (present) return present.version !== version;
      // Builds for other machines are never installed; tools for developers may be left out on a server.
      return !(optional || devOptional || peer || (onlyDev && !dev));
    })
    .map(([path]) => path.slice('node_modules/'.length));
}

/** The npm that started us, else the one on the PATH. */
function npm(args, options) {
  const cli = process.env.npm_execpath;
  return cli && /\.c?js$/.test(cli) ? run(process.execPath, [cli, ...args], options) : run('npm', args, options);
}

async function ensureProject(projectDir, name, { dev, strict = true }) {
  const stale = staleness(projectDir, { dev });
  if (stale?.length === 0) return;
  // A folder that is nearly right is brought up to date in place: `npm ci` would pull it from under a running server.
  const command = [stale || !strict ? 'install' : 'ci', '--no-audit', '--no-fund'];
  const why = stale
    ? `${stale.length} changed: ${stale.slice(0, 3).join(', ')}${stale.length > 3 ? ' …' : ''}`
    : 'first run';
  say(`▸ installing packages of ${name} (${why}); this takes a minute or two …`);
  const started = performance.now();
  // npm's own report belongs on stderr: what a command prints on stdout is its result.
  const code = await npm(command, { cwd: projectDir, stdio: ['ignore', 2, 2] });
  if (code !== 0) {
    throw new Refusal(
      `npm could not install the packages of ${name} (its message is above). Check the network or proxy, then run the same command again.`,
    );
  }
  say(`✓ packages of ${name} installed in ${since(started)}`);
}

/** Installs what the lock files ask for and the disk lacks: the workspaces, and the mall, which is a project of its own. */
export async function ensureInstalled({ dev = false } = {}) {
  await ensureProject(inRepo(), 'Shuke', { dev });
  // Taro names bindings for other machines that were never published, so `npm ci` finds every lock file of it incomplete; `npm install`
  // takes the same versions from the lock file.
  if (existsSync(inRepo('mall', 'package-lock.json')))
    await ensureProject(inRepo('mall'), 'the mall', { dev, strict: false });
}
