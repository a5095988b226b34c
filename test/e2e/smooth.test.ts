import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bridge, Reports } from '../../src-preload/contract';
import { type Studio, expect, test } from './studio';

type Watched = typeof globalThis & {
  studio: Bridge;
  /** When each `reports` event arrived, in milliseconds. */
  arrivals: number[];
  /** How often something was painted on a canvas. */
  painted: number;
};

const IMAGES = 60_000;
const BATCH = 64;
const STEPS = Math.ceil(IMAGES / BATCH);

/** Starts a run that reports each step and rarely writes to disk. */
async function start(studio: Studio, folder: string, epochs: number): Promise<void> {
  await studio.chooseFolder(folder);
  for (const [setting, value] of Object.entries({ epochs, logInterval: 1, checkpointInterval: 10_000 })) {
    await studio.set(setting, value);
  }
  await studio.start();
  await expect(studio.runState).toHaveText('running');
}

/** The number of images seen at each training loss in the log, in the log's order. */
const placesInLog = async ({ page }: Studio) =>
  [...(await page.getByTestId('log').innerText()).matchAll(/^Train Epoch: \d+ \[(\d+)\//gm)].map(([, seen]) =>
    Number(seen),
  );

/** Resolves when the window has received this many more losses. */
function nextLosses(page: Page, count: number): Promise<void> {
  return page.evaluate(
    (count) =>
      new Promise<void>((resolve) => {
        let come = 0;
        const end = (globalThis as Watched).studio.on('reports', (reports) => {
          come += (JSON.parse(reports) as Reports).train.length;
          if (come < count) return;
          end();
          resolve();
        });
      }),
    count,
  );
}

test('a window receives all reports of its run smoothly, and paints nothing while hidden', async ({ open, folder }) => {
  const studio = await open();
  await start(studio, folder, 1000);
  await test.step('reports arrive at most twenty times a second, and none is lost or repeated, even if the window reloads', () =>
    reportsCome(studio));
  await test.step('a report changes the layout of the run only, not that of the pad', () =>
    leavesPadAlone(studio, join(folder, 'trace.json')));
  await test.step('while hidden it paints nothing although its run continues, and is up to date as soon as it is shown', () =>
    paintsNothingWhileHidden(studio));
});

async function reportsCome(studio: Studio): Promise<void> {
  const { page } = studio;
  await page.evaluate(() => {
    const watched = globalThis as Watched;
    watched.arrivals = [];
    watched.studio.on('reports', () => watched.arrivals.push(performance.now()));
  });
  await nextLosses(page, 200);
  const arrivals = await page.evaluate(() => (globalThis as Watched).arrivals);
  const seconds = (arrivals.at(-1)! - arrivals[0]!) / 1000;
  // The first may be late on a busy machine.
  expect(arrivals.length).toBeLessThanOrEqual(20 * (seconds + 1));

  // The log has followed, line by line.
  const belowLog = () => page.getByTestId('log').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
  await expect.poll(belowLog).toBeLessThan(16);

  for (let i = 0; i < 2; i++) {
    const places = await placesInLog(studio);
    const first = places[0]! / BATCH;
    expect(places.length).toBeGreaterThan(50);
    expect(places).toEqual(places.map((_, i) => ((first + i) % STEPS) * BATCH));
    await page.reload();
    await expect(studio.runState).toHaveText('running');
    await nextLosses(page, 50);
  }
  await expect(studio.runState).toHaveText('running');
}

/** @param file where the browser writes what it did */
async function leavesPadAlone({ app, page }: Studio, file: string): Promise<void> {
  // The pad and what it is in, up to the pane. In a trace, only an element's id and classes identify it.
  await page.getByTestId('drawing-pad').evaluate((pad) => {
    const pane = pad.closest('[data-pane]')!.parentElement;
    for (let part: Element = pad; part !== pane; part = part.parentElement!) part.id ||= `pad-${crypto.randomUUID()}`;
  });
  await app.evaluate(({ contentTracing }) =>
    contentTracing.startRecording({
      included_categories: ['disabled-by-default-devtools.timeline.invalidationTracking'],
    }),
  );
  await nextLosses(page, 100);
  await app.evaluate(({ contentTracing }, path) => contentTracing.stopRecording(path), file);
  const { traceEvents } = JSON.parse(await readFile(file, 'utf8')) as {
    traceEvents: { name: string; args: { data?: { nodeName?: string; reason?: string } } }[];
  };
  const changed = traceEvents
    .filter(({ name }) => name === 'LayoutInvalidationTracking')
    .map(({ args: { data } }) => `${data?.nodeName}: ${data?.reason}`);
  expect(changed).toContain('#text: Text changed');
  expect(changed.filter((change) => change.includes("id='pad-"))).toEqual([]);
}

async function paintsNothingWhileHidden(studio: Studio): Promise<void> {
  const { app, page } = studio;
  await studio.draw([
    [
      [0.5, 0.2],
      [0.5, 0.8],
    ],
  ]);
  await page.getByTestId('tab-inside').click();
  await page.evaluate(() => {
    const watched = globalThis as Watched;
    watched.painted = 0;
    const { prototype } = CanvasRenderingContext2D;
    for (const name of ['clearRect', 'putImageData', 'drawImage', 'stroke', 'fill', 'fillText'] as const) {
      const paint = Object.getOwnPropertyDescriptor(prototype, name)!.value as (...words: unknown[]) => void;
      Object.assign(prototype, {
        [name](...words: unknown[]) {
          watched.painted++;
          paint.apply(this, words);
        },
      });
    }
  });
  const painted = () => page.evaluate(() => (globalThis as Watched).painted);
  /** How often something is painted while a hundred losses arrive. */
  const paintedMeanwhile = async () => {
    const before = await painted();
    await nextLosses(page, 100);
    return (await painted()) - before;
  };
  // The tab just opened paints everything; later it follows the run every few seconds.
  await nextLosses(page, 10);
  const before = await painted();
  await expect.poll(painted).toBeGreaterThan(before);
  await page.getByTestId('tab-training').click();
  expect(await paintedMeanwhile()).toBeGreaterThan(100);

  await app.evaluate(({ BrowserWindow, screen }) => {
    const window = BrowserWindow.getAllWindows()[0]!;
    // Away from the pointer, which would open the chart's tooltip.
    const { x, y } = screen.getCursorScreenPoint();
    window.setPosition(x - 1, y - 1);
    window.hide();
  });
  await expect.poll(paintedMeanwhile).toBe(0);
  await studio.chooseInMenu('pause');
  await expect(studio.runState).toHaveText('paused');

  // The first frame shows everything that arrived while the window was hidden.
  const chart = page.getByTestId('loss-chart');
  const first = chart.evaluate(
    (canvas: HTMLCanvasElement) =>
      new Promise<string>((resolve) => {
        requestAnimationFrame(() => setTimeout(() => resolve(canvas.toDataURL())));
      }),
  );
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.show());
  const shown = await first;
  await page.reload();
  await expect.poll(() => chart.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())).toBe(shown);
}
