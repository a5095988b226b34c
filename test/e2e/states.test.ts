import { accessibilityFaultsIn, layoutFaultsIn } from './appearance';
import { statesOfWindow } from './states';
import { expect, test } from './studio';

/** The smallest window, and one with text at 200%. */
const SIZES = [
  { width: 1024, height: 640, percent: 100 },
  { width: 1280, height: 800, percent: 200 },
] as const;

/** In milliseconds, for two dozen states. */
const TIME_LIMIT = 480_000;

test('in every state nothing is cut off, overlaps, or is inaccessible', async ({ open, folder }) => {
  test.setTimeout(TIME_LIMIT);
  const studio = await open();
  const { page } = studio;
  for (const [i, { name, reach }] of statesOfWindow(folder).entries()) {
    await test.step(name, async () => {
      await page.emulateMedia({ colorScheme: i % 2 === 0 ? 'light' : 'dark' });
      await reach(studio);
      for (const size of SIZES) {
        await studio.resize(size);
        expect.soft(await layoutFaultsIn(page), `${name}, ${size.width} wide at ${size.percent}%`).toEqual([]);
      }
      expect.soft(await accessibilityFaultsIn(page), name).toEqual([]);
    });
  }
});
