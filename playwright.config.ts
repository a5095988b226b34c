import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  // Each file's tests one after the other; the files two by two. Each test trains on two threads.
  workers: 2,
  timeout: 240_000,
  expect: { timeout: 30_000 },
});
