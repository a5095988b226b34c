import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Device, RunView } from '../../../../src-preload/contract';
import { type DataSource, defaultConfig } from '../../../../src-preload/schemas';
import { problemFrom } from '../../../../src-main/base/errors';
import { loadDataset } from '../../../../src-main/data/load';
import { toGreyImage } from '../../../../src-main/data/grey-image';
import { Engine } from '../../../../src-main/engine/engine';
import { temporaryFolder } from '../../temporary-folder';
import { writeSmallDataset } from '../small-dataset';

const asTheyAre = (folder: string): DataSource => ({ folder, images: 'as-they-are' });
const nothingOpen = { folder: null, dataSource: null, deviceChoice: 'auto', interrupted: null, pinned: null } as const;

/** Runs `action` as a user who may not read other users' folders, which root may. */
async function asOrdinaryUser<T>(action: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid!(65_534);
  try {
    return await action();
  } finally {
    if (isRoot) process.seteuid!(0);
  }
}

/** A checkpoint folder with another user's run, in which a crash left files that only that user can read and remove. */
async function folderWithStuckRun(): Promise<string> {
  const folder = await temporaryFolder();
  const run = join(folder, 'run-1');
  const checkpoint = join(run, 'step-00000010');
  const leftover = join(run, '.tmp-step-00000020-deadbeef');
  await mkdir(leftover, { recursive: true });
  await mkdir(checkpoint);
  await writeFile(join(leftover, 'state.json'), '{}');
  await chmod(folder, 0o777);
  await chmod(run, 0o777);
  await chmod(leftover, 0);
  await chmod(checkpoint, 0);
  return folder;
}

test('a file error in a run is reported at the start, and another folder can be chosen', async () => {
  const told: RunView[] = [];
  const engine = new Engine((name, payload) => {
    if (name === 'run') told.push(payload as RunView);
  });
  const [folder, other] = [await folderWithStuckRun(), await temporaryFolder()];
  await chmod(other, 0o777);
  await asOrdinaryUser(async () => {
    const view = await engine.open({ ...nothingOpen, folder: { path: folder, run: null } });
    expect(view).toMatchObject({ folder, problem: null });
    expect(told.at(-1)?.problem?.message).toMatch(/run-1.*permission denied/);
    expect(view.dataset).toMatchObject({ name: 'MNIST', trainCount: 60_000 });
    expect(await engine.useFolder({ path: other, run: null })).toMatchObject({ folder: other, problem: null });
    expect(told.at(-1)).toMatchObject({ run: null, problem: null });
  });
});

test('whatever can be opened at the start is, and the first failure is reported', async () => {
  const folder = await temporaryFolder();
  const engine = new Engine(() => undefined);
  const pinned = toGreyImage(new Uint8Array(784).fill(9));
  const view = await engine.open({
    deviceChoice: 'auto',
    folder: { path: join(folder, 'gone'), run: null },
    dataSource: { folder: join(folder, 'no-data'), images: null },
    interrupted: { run: 'run-1', reason: 'it ran out of memory' },
    pinned,
  });
  const pinnedView = { pixels: pinned, answers: [] };
  expect(view).toMatchObject({ folder: null, dataFolder: null, dataset: { name: 'MNIST' }, pinned: pinnedView });
  expect(view.problem?.message).toContain(join(folder, 'no-data'));
});

test('own data is fully in use even if the checkpoint folder cannot be opened with it', async () => {
  const parent = await temporaryFolder();
  const data = join(parent, 'small');
  const folder = join(parent, 'checkpoints');
  await mkdir(folder);
  await writeSmallDataset(data);
  const engine = new Engine(() => undefined);
  await engine.open({ ...nothingOpen, folder: { path: folder, run: null } });
  await rename(folder, join(parent, 'elsewhere'));
  await writeFile(folder, 'not a folder');

  const view = await engine.useData(asTheyAre(data));
  expect(view).toMatchObject({ dataFolder: data, dataset: { trainCount: 640 } });
  expect(view.problem?.message).toContain(folder);
  expect(await engine.view()).toMatchObject({ dataFolder: data, dataset: { trainCount: 640 }, problem: null });
});

test('dark-on-light images are doubted, and used as the person chooses', async () => {
  const parent = await temporaryFolder();
  const [data, checkpoints] = [join(parent, 'dark-on-light'), join(parent, 'checkpoints')];
  await mkdir(checkpoints);
  await writeSmallDataset(data, (value) => 255 - value);
  const told: RunView[] = [];
  const engine = new Engine((name, payload) => {
    if (name === 'run') told.push(payload as RunView);
  });
  onTestFinished(async () => {
    await engine.close();
  });
  const opened = await engine.open({ ...nothingOpen, folder: { path: checkpoints, run: null } });
  expect(opened.dataset).toMatchObject({ images: null, doubt: null, notices: [] });
  await expect(engine.useImages('inverted')).rejects.toThrow('The images of the built-in MNIST cannot be changed.');
  const names = Array.from('abcdefghij');
  await expect(engine.useClassNames(names)).rejects.toThrow('The classes of the built-in MNIST are always digits.');

  const { dataset } = await engine.useData({ folder: data, images: null });
  expect(dataset!.doubt?.remedy).toBe('inverted');
  expect(dataset!.doubt?.message).toMatch(
    /Of 200 images, the built-in network reads \d+ correctly as they are, (19\d|200) inverted, and/,
  );
  expect((await engine.useImages('as-they-are')).dataset).toEqual({ ...dataset, images: 'as-they-are', doubt: null });

  // The person's class names stay when the images are loaded again.
  expect((await engine.useClassNames(names)).dataset).toMatchObject({ classNames: { names, typed: true } });
  const inverted = await engine.useImages('inverted');
  expect(inverted.dataset).toMatchObject({ images: 'inverted', doubt: null, classNames: { names, typed: true } });
  expect(inverted.dataset!.sha256).not.toBe(dataset!.sha256);
  await engine.start({ ...defaultConfig, epochs: 1 });
  await vi.waitFor(() => expect(told.at(-1)?.state).toBe('finished'), { timeout: 60_000 });

  // The run remembers how its images were used: it is refused with others, and opened with its own.
  await engine.useData({ folder: data, images: null });
  const { otherData } = problemFrom(await engine.openRun('run-1').catch((error: unknown) => error));
  expect(otherData).toMatchObject({ sha256: inverted.dataset!.sha256, remedy: 'inverted' });
  const { dataset: name, sha256, remedy } = otherData!;
  const wanted = { run: 'run-1', dataset: name, sha256, remedy };
  const view = await engine.openRunWithData({ ...wanted, dataSource: { folder: data, images: 'inverted' } });
  expect(view.dataset).toEqual({ ...inverted.dataset, classNames: null });
});

test('a waiting run waits until its data is loaded, which only the same data can be', async () => {
  const folder = await temporaryFolder();
  const [data, checkpoints] = [join(folder, 'digits'), join(folder, 'runs')];
  await writeSmallDataset(data);
  await mkdir(checkpoints);
  const engine = new Engine(() => undefined);
  onTestFinished(async () => {
    await engine.close();
  });
  await engine.open({ ...nothingOpen, folder: { path: checkpoints, run: null } });
  await engine.enqueue({ config: defaultConfig, from: null });
  const [waiting] = (await engine.useData(asTheyAre(data))).queue.waiting;
  expect(waiting).toMatchObject({ dataset: 'MNIST', problem: 'It waits until MNIST is loaded.' });

  const wanted = { dataset: 'MNIST', sha256: waiting!.missingData!.sha256 };
  const load = (dataSource: DataSource | null) => engine.useDataOfWaitingRun({ ...wanted, dataSource });
  expect(problemFrom(await load(asTheyAre(data)).catch((error: unknown) => error))).toEqual({
    code: 'other-data',
    message: `The waiting run needs MNIST, but ${data} contains different data.`,
  });
  expect(await engine.view()).toMatchObject({ dataFolder: data, queue: { waiting: [waiting] } });
  expect(await load(null)).toMatchObject({
    dataFolder: null,
    queue: { waiting: [{ missingData: null, problem: null }] },
  });
});

describe('a run that was trained on other data', () => {
  /** A folder with run-1 on the dataset `dark` and run-2 on `light`, of which `dark` and run-1 are open. */
  async function openDark() {
    const parent = await temporaryFolder();
    const [dark, light, checkpoints] = ['dark', 'light', 'checkpoints'].map((name) => join(parent, name)) as [
      string,
      string,
      string,
    ];
    await mkdir(checkpoints);
    await writeSmallDataset(dark);
    await writeSmallDataset(light, (value) => 255 - value);
    const told: RunView[] = [];
    const names: string[] = [];
    const engine = new Engine((name, payload) => {
      names.push(name);
      if (name === 'run') told.push(payload as RunView);
    });
    onTestFinished(async () => {
      await engine.close();
    });
    await engine.open({ ...nothingOpen, folder: { path: checkpoints, run: null } });
    for (const data of [dark, light]) {
      await engine.useData(asTheyAre(data));
      await engine.start({ ...defaultConfig, epochs: 1 });
      await vi.waitFor(() => expect(told.at(-1)?.state).toBe('finished'), { timeout: 60_000 });
    }
    await engine.useData(asTheyAre(dark));
    await engine.openRun('run-1');
    const refused = problemFrom(await engine.openRun('run-2').catch((error: unknown) => error));
    const { sha256 } = refused.otherData!;
    return {
      engine,
      told,
      names,
      parent,
      dark,
      light,
      checkpoints,
      refused,
      wanted: { run: 'run-2', dataset: 'light', sha256, remedy: null },
    };
  }

  test('is refused with the name of the data that it needs, and opened with that data', async () => {
    const { engine, told, light, refused, wanted } = await openDark();
    expect(refused).toMatchObject({
      code: 'other-data',
      message: 'run-2 was trained on light, but dark is loaded.',
      otherData: { ...wanted, isRemembered: false },
    });
    const view = await engine.openRunWithData({ ...wanted, dataSource: asTheyAre(light) });
    expect(view).toMatchObject({
      dataFolder: light,
      dataset: { name: 'light', sha256: wanted.sha256 },
      model: { source: 'run', name: 'run-2' },
      problem: null,
    });
    expect(told.at(-1)).toMatchObject({ run: 'run-2', state: 'finished', problem: null });
    // It is fully open: it can be trained further.
    await engine.addEpochs(1);
    await vi.waitFor(
      () => expect(told.at(-1)).toMatchObject({ run: 'run-2', state: 'finished', config: { epochs: 2 } }),
      {
        timeout: 60_000,
      },
    );
  });

  test('changes nothing and sends nothing, whatever fails', async () => {
    const { engine, told, names, parent, dark, light, checkpoints, wanted } = await openDark();
    const before = await engine.view();
    const count = names.length;
    const failure = async (dataFolder: string, run = 'run-2') =>
      problemFrom(
        await engine
          .openRunWithData({ ...wanted, run, dataSource: asTheyAre(dataFolder) })
          .catch((error: unknown) => error),
      );

    expect(await failure(dark)).toMatchObject({
      code: 'other-data',
      message: `run-2 was trained on light, but ${dark} contains different data.`,
      otherData: wanted,
    });
    const gone = await failure(join(parent, 'gone'));
    expect(gone).toMatchObject({ code: 'other-data', otherData: wanted });
    expect(gone.message).toMatch(/gone.* run-2 was trained on light\.$/);
    // The run itself fails, after its data is loaded.
    await rm(join(checkpoints, 'run-2'), { recursive: true });
    expect((await failure(light)).message).toContain('run-2');

    expect(names.slice(count)).toEqual([]);
    const after = await engine.view();
    expect(after).toMatchObject({ dataFolder: dark, dataset: before.dataset, model: before.model });
    expect(told.at(-1)).toMatchObject({ run: 'run-1', state: 'finished', problem: null });
    await engine.addEpochs(1);
    await vi.waitFor(
      () => expect(told.at(-1)).toMatchObject({ run: 'run-1', state: 'finished', config: { epochs: 2 } }),
      {
        timeout: 60_000,
      },
    );
  });
});

/** The largest difference between two images' grey values. */
function largestStep(a: string, b: string): number {
  const others = Buffer.from(b, 'base64');
  return Math.max(...Buffer.from(a, 'base64').map((grey, i) => Math.abs(grey - others[i]!)));
}

describe('another device', () => {
  test('trains, reads and looks inside instead of the first; the run says on which it was trained', async () => {
    const parent = await temporaryFolder();
    const [data, checkpoints] = [join(parent, 'small'), join(parent, 'checkpoints')];
    await mkdir(checkpoints);
    await writeSmallDataset(data);
    const runs: RunView[] = [];
    const devices: Device[] = [];
    const engine = new Engine((name, payload) => {
      if (name === 'run') runs.push(payload as RunView);
      if (name === 'device') devices.push(payload as Device);
    });
    onTestFinished(async () => {
      await engine.close();
    });
    const until = (state: RunView['state']) =>
      vi.waitFor(() => expect(runs.at(-1)?.state).toBe(state), { timeout: 60_000 });
    const image = Buffer.from((await loadDataset(null)).test.images.subarray(0, 784)).toString('base64');
    const digitIn = (pixels: string) => engine.recognizeImage({ width: 28, height: 28, pixels }).digit;

    const opened = await engine.open({
      ...nothingOpen,
      folder: { path: checkpoints, run: null },
      dataSource: asTheyAre(data),
    });
    expect(opened).toMatchObject({ device: { backend: 'tensorflow' }, deviceChoice: 'auto' });
    expect(opened.deviceChoices).toEqual(expect.arrayContaining(['auto', 'cpu', 'wasm']));
    expect(digitIn(image)).toBe(7);
    const insideNative = engine.lookInside(image);
    await engine.start({ ...defaultConfig, epochs: 1 });
    await expect(engine.useDevice('wasm')).rejects.toThrow('run-1 is being trained. Pause it to change the device.');
    await until('finished');

    const changed = await engine.useDevice('wasm');
    expect(changed).toMatchObject({ device: { backend: 'wasm', problem: null }, deviceChoice: 'wasm', problem: null });
    expect(devices.map(({ backend }) => backend)).toEqual(['tensorflow', 'wasm']);
    expect(runs.at(-1)).toMatchObject({ run: 'run-1', state: 'finished', device: opened.device!.description });
    expect(changed.runs).toMatchObject([{ run: 'run-1', device: opened.device!.description }]);
    await engine.readWith('bundled');
    expect(digitIn(image)).toBe(7);
    const inside = engine.lookInside(image);
    expect(largestStep(inside.saliency, insideNative.saliency)).toBeLessThanOrEqual(1);
    expect(largestStep(inside.secondLayer.images[3]!, insideNative.secondLayer.images[3]!)).toBeLessThanOrEqual(1);
    await engine.readWith('opened');
    await engine.addEpochs(1);
    await until('finished');
    expect(runs.at(-1)!.device).toBe(`${opened.device!.description}, then ${changed.device!.description}`);
    await engine.start({ ...defaultConfig, epochs: 1 });
    await until('finished');
    expect(runs.at(-1)).toMatchObject({ run: 'run-2', device: changed.device!.description });
  });

  test('that cannot be used changes nothing, even at the start', async () => {
    const engine = new Engine(() => undefined);
    const opened = await engine.open({ ...nothingOpen, deviceChoice: 'gpu' });
    if (opened.device!.processor === 'gpu') return;
    expect(opened).toMatchObject({ deviceChoice: 'auto', problem: { code: 'device-unavailable' } });
    expect(opened.device).toMatchObject({ backend: 'tensorflow' });
    expect(opened.deviceChoices).not.toContain('gpu');
    await engine.useDevice('wasm');
    await expect(engine.useDevice('gpu')).rejects.toThrow(/^GPU cannot be used: .* graphics cards/);
    expect(await engine.view()).toMatchObject({ device: { backend: 'wasm' }, deviceChoice: 'wasm' });
    expect(tf.getBackend()).toBe('wasm');
  });
});
