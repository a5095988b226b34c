/** Messages about limits, devices, and an engine that ends. After the last one, the application is of no more use. */
import { mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { QUEUE_FOLDER, type QueueEntry, QueueFolder } from '../../../src-main/checkpoints/queue-folder';
import { BUNDLED_SHA256 } from '../../../src-main/data/mnist';
import { maxWaiting } from '../../../src-preload/queue';
import { defaultConfig } from '../../../src-preload/schemas';
import { writeMadeUpRun } from '../../made-up-run';
import { endAtNextRequest, refuseDevices } from '../crashes';
import { SEVEN } from '../pad';
import type { Studio } from '../studio';
import { type Message, banner } from './message';

/** Above the limit on the size of all drawings. */
const TOO_MANY_BYTES = 60_000_000;

/** @param profile the application's user-data folder */
export function engineMessages(folder: string, profile: string): Message[] {
  const drawings = join(profile, 'drawings');
  const keepDrawing = async (studio: Studio) => {
    // Forced, since the button is disabled while the pad is empty.
    await studio.page.getByTestId('clear-drawing').click({ force: true });
    await studio.draw([SEVEN]);
    await studio.page.getByTestId('tab-answer').click();
    await studio.page.getByTestId('own-digit-7').click();
    await banner(studio);
  };
  return [
    {
      name: 'queue-full',
      reach: async (studio) => {
        const runs = join(folder, 'as many as can wait');
        await mkdir(join(runs, QUEUE_FOLDER), { recursive: true });
        await writeMadeUpRun(runs, { points: 60 });
        new QueueFolder(runs).write(Array.from({ length: maxWaiting }, waitingRun));
        await studio.chooseFolder(runs);
        await studio.page.getByTestId('tab-compare').click();
        await studio.page.getByTestId('try-change').click();
        const values = { first: '0.01', second: '0.05', seeds: '5' };
        for (const [name, value] of Object.entries(values)) await studio.page.getByTestId(`trial-${name}`).fill(value);
        await studio.page.getByTestId('start-trial').click();
        await banner(studio);
      },
    },
    {
      name: 'drawings-full',
      reach: async (studio) => {
        const large = join(drawings, 'large.json');
        await mkdir(drawings, { recursive: true });
        await writeFile(large, '');
        await truncate(large, TOO_MANY_BYTES);
        await keepDrawing(studio);
        await rm(large);
      },
    },
    {
      name: 'drawings-not-written',
      reach: async (studio) => {
        await rename(drawings, `${drawings} moved`);
        await writeFile(drawings, '');
        await keepDrawing(studio);
        await rm(drawings);
        await rename(`${drawings} moved`, drawings);
      },
    },
    {
      name: 'device-unavailable',
      reach: async (studio) => {
        await studio.openNewRun();
        const device = studio.page.getByTestId('device-choice');
        // Listed only where there is a graphics card.
        await device.evaluate((select: HTMLSelectElement) => select.add(new Option('GPU', 'gpu')));
        await device.selectOption('gpu');
        await banner(studio);
      },
    },
    // Only where there is a graphics card.
    {
      name: 'device-needs-restart',
      reach: async (studio) => {
        await refuseDevices(studio);
        await studio.openNewRun();
        await studio.page.getByTestId('device-choice').selectOption('wasm');
        await banner(studio);
      },
    },
    {
      name: 'engine-replaced',
      reach: async (studio) => {
        await studio.page.getByTestId('tab-training').click();
        await endAtNextRequest(studio, 'ended');
        await studio.page.getByTestId('new-samples').click();
        await studio.page.getByTestId('error-banner').filter({ hasText: 'was started again' }).waitFor();
      },
    },
    {
      name: 'engine-lost',
      reach: async (studio) => {
        // The system's dialog, which nobody answers, is not part of the window.
        await studio.app.evaluate(({ dialog }) => {
          dialog.showMessageBox = () => new Promise(() => undefined);
        });
        await endAtNextRequest(studio, 'ended', true);
        await studio.page.getByTestId('new-samples').click();
        await studio.page.getByTestId('error-banner').filter({ hasText: 'could not be started again' }).waitFor();
      },
    },
  ];
}

function waitingRun(_: unknown, i: number): QueueEntry {
  const id = `0f8fad5b-d9cb-469f-a165-${String(i).padStart(12, '0')}`;
  const data = { name: 'MNIST', sha256: BUNDLED_SHA256 };
  return { id, config: { ...defaultConfig, seed: i + 1 }, data, name: '', trial: null, weights: null };
}
