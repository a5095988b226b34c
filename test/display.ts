import { test as base } from '@playwright/test';
import { startDisplay } from '../setup/testing/display.mjs';

/** Playwright's `test`, whose windows open on a virtual display; on the desktop with SHOW_WINDOWS=1. */
export const test = base.extend<object, { display: undefined }>({
  display: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names from the pattern
    async ({}, use) => {
      const end = process.env.SHOW_WINDOWS ? undefined : await startDisplay();
      await use(undefined);
      await end?.();
    },
    { scope: 'worker', auto: true },
  ],
});
