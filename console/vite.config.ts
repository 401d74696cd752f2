import { gzipSync } from 'node:zlib';

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

const server = `http://127.0.0.1:${process.env['PORT'] ?? '3000'}`;

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react(), initialLoadBudget()],
  build: { target: 'es2022', sourcemap: false, chunkSizeWarningLimit: 1_200 },
  server: { proxy: { '/api': server, '/v1': server, '/files': server } },
});
