import { defineConfig } from '@playwright/test';

/** For the tests of the packaged program, which `setup/test.mjs` builds first and runs without a network. */
export default defineConfig({
  testDir: 'test/package',
  outputDir: 'test-results/package',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 30_000 },
});
