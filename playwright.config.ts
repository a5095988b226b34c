import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  // Each test trains for real; together they would only slow each other down.
  workers: 1,
  timeout: 240_000,
  expect: { timeout: 30_000 },
});
