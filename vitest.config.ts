import { svelte } from '@sveltejs/vite-plugin-svelte';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests that load no TensorFlow and leave nothing behind in their process. */
const pure = [
  'test/unit/*.test.ts',
  'test/unit/{bench,packaging,setup,src-preload,src-renderer}/**/*.test.ts',
  'test/unit/src-main/{app,base,data,drawings,ipc}/**/*.test.ts',
  'test/unit/src-main/checkpoints/!(listing|run-folder).test.ts',
  'test/unit/src-main/engine/graphics-card.test.ts',
  'test/unit/src-main/network/digits-graph.test.ts',
];

/** Tests that share TensorFlow's native library: it is loaded once for all of them. */
const native = [
  'test/unit/src-main/analysis/replay.test.ts',
  'test/unit/src-main/checkpoints/{listing,run-folder}.test.ts',
  'test/unit/src-main/exchange/{export,weights-file}.test.ts',
  'test/unit/src-main/network/{graph-network,network.native}.test.ts',
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
    testTimeout: 240_000,
    hookTimeout: 240_000,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      { extends: true, test: { name: 'native', include: native, isolate: false } },
      // One process per file.
      { extends: true, test: { name: 'engine', include: ['test/unit/**/*.test.ts'], exclude: [...pure, ...native] } },
    ],
  },
});
