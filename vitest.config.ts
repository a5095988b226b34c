import { svelte } from '@sveltejs/vite-plugin-svelte';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests that start other processes, mostly the command line, and wait for them. */
const children = [
  'test/unit/src-main/checkpoints/lock.test.ts',
  'test/unit/src-main/cli/{cli,usage}.test.ts',
  'test/unit/src-main/network/{first-steps,single-image}.test.ts',
  'test/unit/src-main/session/violence.test.ts',
];

/** Tests that load no TensorFlow and leave nothing behind in their process. */
const pure = [
  'test/unit/*.test.ts',
  'test/unit/{bench,packaging,setup,src-preload,src-renderer}/**/*.test.ts',
  'test/unit/src-main/{app,base,data,drawings,ipc}/**/*.test.ts',
  'test/unit/src-main/analysis/{comparison-statistics,doubtful-labels,results}.test.ts',
  'test/unit/src-main/checkpoints/!(listing|lock|run-folder).test.ts',
  'test/unit/src-main/engine/{graphics-card,webassembly-only}.test.ts',
  'test/unit/src-main/exchange/{read-weights,weights-file.fuzz}.test.ts',
  'test/unit/src-main/network/{digits-graph,random}.test.ts',
  'test/unit/src-main/training/{augmentation,lesson}.test.ts',
];

/** Tests that share TensorFlow's native library: it is loaded once for all of them. */
const native = [
  'test/unit/src-main/analysis/{part-ranking,replay}.test.ts',
  'test/unit/src-main/checkpoints/{listing,run-folder}.test.ts',
  'test/unit/src-main/cli/bundled-model.test.ts',
  'test/unit/src-main/exchange/{export,weights-file}.test.ts',
  'test/unit/src-main/network/{graph-network,network.native,without-parts}.test.ts',
  'test/unit/src-main/recognition/*.test.ts',
  'test/unit/src-main/session/!(out-of-memory|session.webassembly|violence|exact-resume).test.ts',
  'test/unit/src-main/synthesis/*.test.ts',
];

export default defineConfig({
  // For the runes in the window's state classes.
  plugins: [svelte()],
  resolve: { alias: { '@contract': resolve(import.meta.dirname, 'src-preload') } },
  test: {
    // Processes, not threads: only one thread of a process may use TensorFlow.
    pool: 'forks',
    maxWorkers: '100%',
    setupFiles: 'test/unit/typed-arrays.ts',
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // They run in the order of their names, so the longest tests come first.
    projects: [
      { extends: true, test: { name: 'children', include: children, isolate: false } },
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      { extends: true, test: { name: 'native', include: native, isolate: false } },
      // One process per file.
      {
        extends: true,
        test: { name: 'engine', include: ['test/unit/**/*.test.ts'], exclude: [...children, ...pure, ...native] },
      },
    ],
  },
});
