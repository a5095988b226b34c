import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';
import { collectPackages, noteBundledPackages } from './packaging/bundled-packages';
import { markdownPages } from './packaging/markdown-pages';

const at = (path: string) => resolve(import.meta.dirname, path);
// The oldest Electron that the application runs on is 33: Node 20.18 and Chrome 130.
const node = 'node20.18';
const chrome = 'chrome130';
/** The packages in the window's workers. */
const ofWorkers = new Set<string>();
const alias = { '@contract': at('src-preload') };

export default defineConfig({
  main: {
    resolve: { alias },
    plugins: [noteBundledPackages()],
    build: {
      target: node,
      outDir: 'out/main',
      // Electron 33 cannot require ES modules, which these packages are.
      externalizeDeps: { exclude: ['electron-store', 'zod'] },
      rolldownOptions: {
        input: {
          index: at('src-main/index.ts'),
          engine: at('src-main/engine/thread.ts'),
        },
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs' },
      },
    },
  },
  preload: {
    resolve: { alias },
    plugins: [noteBundledPackages()],
    build: {
      target: node,
      outDir: 'out/preload',
      // A sandboxed preload script is one CommonJS file.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('src-preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    resolve: { alias },
    plugins: [svelte({ configFile: at('svelte.config.js') }), markdownPages(), noteBundledPackages(ofWorkers)],
    worker: { format: 'es', plugins: () => [collectPackages(ofWorkers)] },
    build: {
      target: chrome,
      minify: true,
      // Scripts are loaded from disk, so the usual limit of 500 kB does not matter.
      chunkSizeWarningLimit: 1000,
      outDir: at('out/renderer'),
      rolldownOptions: { input: { index: at('src-renderer/index.html') } },
    },
  },
});
