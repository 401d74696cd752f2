import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { Figure } from '../server/cli/bench.ts';

const repository = resolve(import.meta.dirname, '..');
/** `mark`: a text of the page that must be in the first load, so that the figure cannot lose it unnoticed. */
const pages = [
  { name: 'console_initial_gzip', prefix: '/console/', dist: 'console/dist', mark: '' },
  { name: 'mall_product_gzip', prefix: '/mall/', dist: 'mall/dist/h5', mark: 'product-gallery' },
  { name: 'workbench_gzip', prefix: '/workbench/', dist: 'workbench/dist', mark: '' },
] as const;

const miniProgram = join(repository, 'mall/dist/weapp');

/** What a first visit loads of each front end, in kB gzip, and the mini-program's package, read from the builds in the repository. */
export async function* run(): AsyncGenerator<Figure> {
  for (const { name, prefix, dist, mark } of pages) {
    const folder = join(repository, dist);
    const indexPath = join(folder, 'index.html');
    if (!existsSync(indexPath)) throw new Error(`${dist} is not built; npm start builds it.`);
    const html = readFileSync(indexPath, 'utf8');
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, address = '']) => address);
    if (!addresses.some((address) => address.endsWith('.js')))
      throw new Error(`${dist}/index.html loads no script: its last build failed.`);
    const first = addresses.map((address) => join(folder, address.slice(prefix.length)));
    const files = [...followImports(first)];
    const scripts = files.filter((file) => file.endsWith('.js'));
    if (!scripts.some((file) => readFileSync(file, 'utf8').includes(mark)))
      throw new Error(`The first load of ${dist} no longer holds the page it is measured for (${mark}).`);
    const styles = files.filter((file) => file.endsWith('.css'));
    yield {
      name,
      value: kilobytes(scripts),
      unit: 'kB',
      context: `${scripts.length} scripts of the first load; ${kilobytes(styles)} kB of styles beside them`,
    };
  }
  // Only `npm test` and `npm run build:weapp` build it: the server runs without.
  if (!existsSync(join(miniProgram, 'app.json'))) return;
  const files = readdirSync(miniProgram, { recursive: true, encoding: 'utf8' }).map((name) => join(miniProgram, name));
  const bytes = files.reduce((sum, file) => sum + (statSync(file).isFile() ? statSync(file).size : 0), 0);
  yield {
    name: 'mini_program_package',
    value: Math.round(bytes / 100) / 10,
    unit: 'kB',
    context: 'the whole main package, unpacked; WeChat takes 2 MB',
  };
}

/** The files and whatever their scripts import statically; dynamic imports come later in a visit. */
function followImports(first: readonly string[]): Set<string> {
  const found = new Set(first);
  for (const file of found) {
    if (!file.endsWith('.js')) continue;
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(
      /(?:\bfrom|\bimport)\s*["'](\.\/[^"']+\.js)["']/g,
    ))
      found.add(resolve(file, '..', specifier));
  }
  return found;
}

function kilobytes(files: readonly string[]): number {
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 6 }).length, 0);
  return Math.round(bytes / 100) / 10;
}
