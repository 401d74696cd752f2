import { enableCompileCache, flushCompileCache } from 'node:module';
import { resolve } from 'node:path';

// Stripping the types of all files costs every process about a second; children find the cache by the variable.
const cacheDir = resolve(import.meta.dirname, '../node_modules/.cache/shuke');
process.env['NODE_COMPILE_CACHE'] ??= cacheDir;
enableCompileCache(process.env['NODE_COMPILE_CACHE']);
// By then everything is loaded; a process that is killed later would keep nothing.
setTimeout(flushCompileCache, 5_000).unref();

await import('./cli/command-line.ts');
