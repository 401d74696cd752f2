import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzipSync } from 'node:zlib';

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

const initialBudgetBytes = 500_000;

/** Refuses a build whose first load (entry and everything it imports statically, gzip) is over the budget. */
function initialLoadBudget(): Plugin {
  return {
    name: 'initial-load-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const seen = new Set<string>();
      const visit = (fileName: string): number => {
        const chunk = bundle[fileName];
        if (!chunk || chunk.type !== 'chunk' || seen.has(fileName)) return 0;
        seen.add(fileName);
        return gzipSync(chunk.code).byteLength + chunk.imports.reduce((sum, name) => sum + visit(name), 0);
      };
      const entries = Object.values(bundle).filter((chunk) => chunk.type === 'chunk' && chunk.isEntry);
      const bytes = entries.reduce((sum, chunk) => sum + visit(chunk.fileName), 0);
      this.info(`initial JavaScript: ${(bytes / 1000).toFixed(1)} kB gzip of ${initialBudgetBytes / 1000} kB`);
      if (bytes > initialBudgetBytes) this.error(`The first load is ${bytes} bytes gzip, over ${initialBudgetBytes}.`);
    },
  };
}

const compress = promisify(brotliCompress);

/** Writes a `.br` beside every text file of the build: the server sends it as it is, without compressing at each request. */
function precompressed(): Plugin {
  return {
    name: 'precompressed',
    apply: 'build',
    async writeBundle({ dir }) {
      if (dir === undefined) return;
      const names = await readdir(dir, { recursive: true });
      for (const name of names.filter((one) => /\.(js|css|svg|json)$/.test(one))) {
        const content = await readFile(join(dir, name));
        if (content.byteLength < 1_024) continue;
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.byteLength };
        await writeFile(join(dir, `${name}.br`), await compress(content, { params }));
      }
    },
  };
}

const server = `http://127.0.0.1:${process.env['PORT'] ?? '3000'}`;

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react(), initialLoadBudget(), precompressed()],
  build: { target: 'es2022', sourcemap: false, chunkSizeWarningLimit: 1_200 },
  server: { proxy: { '/api': server, '/v1': server, '/files': server } },
});
