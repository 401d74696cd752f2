import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

const at = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Puts h5/early.ts before everything else as a script of its own: Vite would melt it into the main one. */
function earlyScript(): Plugin {
  return {
    name: 'early-script',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'chunk', id: at('./h5/early.ts'), name: 'early' });
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const early = Object.values(bundle ?? {}).find((file) => file.type === 'chunk' && file.name === 'early');
        if (!early) throw new Error('The early script was not built.');
        return [
          {
            tag: 'script',
            attrs: { type: 'module', async: true, crossorigin: true, src: `/mall/${early.fileName}` },
            injectTo: 'head-prepend',
          },
        ];
      },
    },
  };
}

/** The H5 shop: the pages of the mini-program on plain elements. `npm run dev` expects the server on port 8080 (SHUKE_SERVER). */
export default defineConfig({
  root: at('./h5'),
  base: '/mall/',
  publicDir: false,
  plugins: [react(), earlyScript()],
  resolve: {
    alias: {
      '@elements': at('./src/elements/h5.tsx'),
      '@platform': at('./src/platform/h5.tsx'),
    },
  },
  css: { postcss: { plugins: [] } },
  esbuild: { tsconfigRaw: { compilerOptions: { jsx: 'react-jsx' } } },
  build: {
    outDir: at('./dist/h5'),
    emptyOutDir: true,
    target: ['chrome79', 'safari13'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        chunkFileNames: ({ name, facadeModuleId }) => {
          const page = /pages\/([a-z-]+)\/index\.tsx$/.exec(facadeModuleId ?? '')?.[1];
          return `assets/${page ?? name}-[hash].js`;
        },
        // Three parts and a page: what every page needs comes in one piece, so that a phone on a slow line asks seldom.
        manualChunks: (id) => {
          if (/node_modules\/(react|react-dom|scheduler)\//.test(id)) return 'react';
          if (/\/src\/pages\/(home|product)\//.test(id)) return 'shop';
          if (/\/src\/(styles|ui|lib|elements|platform|i18n|api)\//.test(id) && !id.endsWith('/poster.ts'))
            return 'shop';
          return undefined;
        },
      },
    },
  },
  server: { proxy: { '/api': process.env.SHUKE_SERVER ?? 'http://127.0.0.1:8080' } },
});
