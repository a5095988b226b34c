/** Takes pictures of the window in each of its states and with each message, for anyone who changes its appearance. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessibilityFaultsIn, layoutFaultsIn } from '../e2e/appearance';
import { clearMessages, messagesOfWindow, prepareProfile } from '../e2e/messages';
import { type State, statesOfWindow } from '../e2e/states';
import { ROOT, Studio } from '../e2e/studio';

const PICTURES = join(ROOT, 'test-results/pictures');

const SIZES = [
  { width: 1024, height: 640, percent: 100 },
  { width: 1280, height: 800, percent: 100 },
  { width: 1920, height: 1080, percent: 100 },
  { width: 2560, height: 1440, percent: 100 },
  { width: 1280, height: 800, percent: 200 },
];

/** Waits in the window until the last change is drawn. */
const DRAWN = `(async () => {
  for (let i = 0; i < 4; i++) await new Promise((drawn) => requestAnimationFrame(drawn));
})()`;

async function take(studio: Studio, name: string): Promise<void> {
  // Not Playwright's screenshot, which ignores the zoom level.
  const png = await studio.app.evaluate(async ({ BrowserWindow }, drawn) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    await webContents.executeJavaScript(drawn);
    const picture = await webContents.capturePage();
    return picture.toPNG().toString('base64');
  }, DRAWN);
  await writeFile(join(PICTURES, `${name}.png`), Buffer.from(png, 'base64'));
}

interface Tour {
  /** Prefixed to the names of the pictures. */
  prefix: string;
  states: State[];
  sizes: typeof SIZES;
  /** The number of sizes, from the first, in which accessibility is checked: axe takes seconds. @default all */
  checked?: number;
  /** Called after each state. */
  after?: (studio: Studio) => Promise<void>;
}

/** Takes pictures of states, one after the other. @returns a line for each fault */
export async function takeTour(
  studio: Studio,
  { prefix, states, sizes, checked = sizes.length, after }: Tour,
): Promise<string[]> {
  const { page } = studio;
  const faults: string[] = [];
  // tsx adds calls to this function to all code that runs in the page.
  await page.evaluate('globalThis.__name = (named) => named');
  for (const { name, reach } of states) {
    await reach(studio);
    for (const [i, { width, height, percent }] of sizes.entries()) {
      await studio.resize({ width, height, percent });
      for (const colorScheme of ['light', 'dark'] as const) {
        // Otherwise a picture could show colours that are still changing.
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const size = `${width}x${height}${percent === 100 ? '' : `-${percent}-percent`}`;
        const picture = `${prefix}${name}-${size}-${colorScheme}`;
        await take(studio, picture);
        const found = [...(await layoutFaultsIn(page)), ...(i < checked ? await accessibilityFaultsIn(page) : [])];
        faults.push(...found.map((fault) => `${picture}: ${fault}`));
      }
    }
    await after?.(studio);
    process.stderr.write(`${prefix}${name}\n`);
  }
  return faults;
}

/** Takes pictures of all states and messages. @returns a line for each fault */
export async function takeStates(): Promise<string[]> {
  await rm(PICTURES, { recursive: true, force: true });
  await mkdir(PICTURES, { recursive: true });
  const states = await inWindow((studio, folder) =>
    takeTour(studio, { prefix: '', states: statesOfWindow(folder), sizes: SIZES }),
  );
  const messages = await inWindow(
    (studio, folder, profile) =>
      takeTour(studio, {
        prefix: 'message-',
        states: messagesOfWindow(folder, profile),
        // Each message is at the same place in larger windows.
        sizes: SIZES.filter(({ width, percent }) => width <= 1280 || percent > 100),
        // They differ in their words and places only.
        checked: 1,
        after: clearMessages,
      }),
    prepareProfile,
  );
  return [...states, ...messages];
}

/** @param prepare called with the user-data folder before the start */
async function inWindow(
  use: (studio: Studio, folder: string, profile: string) => Promise<string[]>,
  prepare?: (profile: string) => Promise<void>,
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'digit-studio-states-'));
  const profile = join(folder, 'profile');
  await prepare?.(profile);
  const studio = await Studio.open(profile);
  try {
    return await use(studio, folder, profile);
  } finally {
    await studio.quit();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
