import { defineConfig } from '@playwright/test';

/** They start first: otherwise the last of them would run alone at the end. */
const long = /(states|training|pictures|results|smooth)\.test\.ts/;

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  // Two tests at a time, even from the same file. Each trains on two threads; on two cores, three at a time took longer.
  fullyParallel: true,
  workers: 2,
  timeout: 240_000,
  expect: { timeout: 30_000 },
  projects: [
    { name: 'long', testMatch: long },
    { name: 'short', testIgnore: long },
  ],
});
