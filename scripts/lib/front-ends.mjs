import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { pinnedNode, toolEnvironment } from './node24.mjs';
import { inRepo, root, say, since } from './repo.mjs';
import { runQuietly } from './run.mjs';

const ignored = new Set(['node_modules', 'dist', '.temp', '.swc', '.cache']);

function sourceFiles(dir) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => !ignored.has(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? sourceFiles(join(dir, entry.name)) : [join(dir, entry.name)]))
    .filter((file) => !/\.test\.[jt]sx?$/.test(file));
}

/** The file an import of the server's code leads to, or undefined for a package. */
function resolveImport(specifier, importer) {
  if (specifier.startsWith('./') || specifier.startsWith('../')) return join(dirname(importer), specifier);
  if (specifier.startsWith('#platform/'))
    return inRepo('server', 'platform', `${specifier.slice('#platform/'.length)}.ts`);
  if (specifier.startsWith('#')) return inRepo('server', 'modules', specifier.slice(1), 'index.ts');
  return undefined;
}

/** The modules' contracts and whatever they import at run time: the only files of the server that reach a browser. */
function contractFiles() {
  const open = sourceFiles(inRepo('server', 'modules')).filter((file) => basename(file) === 'contract.ts');
  const found = new Set(open);
  for (const file of found) {
    const imports = readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\s+(?!type\b)[^;]*?from\s+['"]([^'"]+)['"]/gm,
    );
    for (const [, specifier] of imports) {
      const target = resolveImport(specifier, file);
      if (target && existsSync(target)) found.add(target);
    }
  }
  return [...found];
}

function viteBuild(dir) {
  const vite = [join(dir, 'node_modules', 'vite'), inRepo('node_modules', 'vite')].find((home) => existsSync(home));
  if (!vite) return { code: 1, output: 'vite is not installed; run `npm ci` with development packages.' };
  return runQuietly(pinnedNode(), [join(vite, 'bin', 'vite.js'), 'build'], { cwd: dir, env: toolEnvironment() });
}

async function taroBuild(dir) {
  const taro = join(dir, 'node_modules', '@tarojs', 'cli', 'bin', 'taro');
  if (!existsSync(taro)) return { code: 1, output: 'Taro is not installed; run `npm install` in mall/.' };
  const { code, output } = await runQuietly(pinnedNode(), [taro, 'build', '--type', 'weapp'], {
    cwd: dir,
    env: toolEnvironment(),
  });
  // Rollup names every file it watched below its error: the reason would be lost above them.
  return { code, output: output.replace(/^\s*watchFiles: \[[^\]]*\]/m, '') };
}

const workspace = { out: 'dist', entry: 'index.html', lock: 'package-lock.json', shared: contractFiles };
const mall = { folder: 'mall', lock: join('mall', 'package-lock.json'), shared: () => [] };
const pages = [
  { ...workspace, name: 'console', folder: 'console', build: viteBuild },
  { ...workspace, name: 'workbench', folder: 'workbench', build: viteBuild },
  { ...mall, name: 'mall', out: join('dist', 'h5'), entry: 'index.html', build: viteBuild },
];
const miniProgram = {
  ...mall,
  name: 'mini-program',
  out: join('dist', 'weapp'),
  entry: 'app.json',
  setting: process.env.SHUKE_MALL_ORIGIN,
  build: taroBuild,
};

/** A hash of everything a front end is built from. */
function sourceHash({ folder, lock, shared, setting = '' }) {
  const hash = createHash('sha256').update(setting);
  const files = [...sourceFiles(inRepo(folder)), ...shared(), inRepo(lock)]
    .filter((file) => existsSync(file))
    .toSorted((a, b) => (a < b ? -1 : 1));
  for (const file of new Set(files))
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

function escapeHtml(text) {
  return text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character]);
}

/** The page a person sees where a front end could not be built. */
function failurePage(name, output) {
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Shuke 熟客: ${name}</title>
<body style="font: 16px/1.6 system-ui, sans-serif; max-width: 48rem; margin: 4rem auto; padding: 0 1rem">
<h1>页面未能构建 · This page could not be built</h1>
<p>服务器正在运行，但 <b>${name}</b> 的构建失败了。修正下面的问题后重新运行 <code>npm start</code>。</p>
<p>The server is running, but the build of <b>${name}</b> failed. Fix the problem below, then run <code>npm start</code> again.</p>
<pre style="background: #f4f4f2; padding: 1rem; overflow: auto; white-space: pre-wrap">${escapeHtml(output)}</pre>
</body></html>
`;
}

function lastLines(output) {
  return stripVTControlCharacters(output).trim().split('\n').slice(-25).join('\n');
}

async function buildOne(frontEnd) {
  const { name, folder, out, entry, build } = frontEnd;
  const dir = inRepo(folder);
  if (!existsSync(join(dir, 'package.json'))) return true;
  const outDir = join(dir, out);
  const entryFile = join(outDir, entry);
  const stamp = join(outDir, '.built-from');
  const wanted = sourceHash(frontEnd);
  if (existsSync(stamp) && existsSync(entryFile) && readFileSync(stamp, 'utf8') === wanted) return true;

  say(`▸ building ${name} …`);
  const started = performance.now();
  const { code, output } = await build(dir);
  if (code === 0 && existsSync(entryFile)) {
    writeFileSync(stamp, wanted);
    say(`✓ ${name} built in ${since(started)}`);
    return true;
  }
  const why = lastLines(output) || `The build ended with code ${code} and wrote no ${entry}.`;
  say(`✗ ${name} could not be built:\n${why.replace(/^/gm, '    ')}`);
  if (entry === 'index.html' && !existsSync(entryFile)) {
    mkdirSync(outDir, { recursive: true });
    writeFileSync(entryFile, failurePage(name, why));
  }
  return false;
}

/**
 * Builds the front ends whose sources changed since their last build; resolves with the names of those that failed.
 * The mini-program is built only when asked for: no page of the server needs it.
 */
export async function buildFrontEnds({ withMiniProgram = false } = {}) {
  const failed = [];
  for (const frontEnd of withMiniProgram ? [...pages, miniProgram] : pages)
    if (!(await buildOne(frontEnd))) failed.push(frontEnd.name);
  return failed;
}
