import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@contract': resolve(import.meta.dirname, 'src-preload') } },
  test: {
    include: ['test/unit/**/*.test.ts'],
    // A process for each file: TensorFlow may be used by one thread of a process only.
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
