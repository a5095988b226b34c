import { accessibilityFaultsIn, layoutFaultsIn } from './appearance';
import { clearMessages, messagesOfWindow, prepareProfile } from './messages';
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

/** One of each place where messages appear. `npm run -s pictures` shows all of them. */
const SAMPLE = [
  'settings-damaged',
  'folder-gone',
  'waiting-runs-unreadable',
  'data-no-dataset',
  'picture-of-another-kind',
  'saved-with-a-long-name',
];

test('a sample of the messages fits into the window and is accessible', async ({ open, folder, profile }) => {
  await prepareProfile(profile);
  const studio = await open();
  const { page } = studio;
  const messages = messagesOfWindow(folder, profile).filter(({ name }) => SAMPLE.includes(name));
  expect(messages).toHaveLength(SAMPLE.length);
  for (const { name, reach } of messages) {
    await test.step(name, async () => {
      await reach(studio);
      for (const size of SIZES) {
        await studio.resize(size);
        expect.soft(await layoutFaultsIn(page), `${name}, ${size.width} wide at ${size.percent}%`).toEqual([]);
      }
      expect.soft(await accessibilityFaultsIn(page), name).toEqual([]);
      await clearMessages(studio);
    });
  }
});
