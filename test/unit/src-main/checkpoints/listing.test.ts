import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeRunFolder } from '../../../../src-main/checkpoints/run-folder';
import { CheckpointStore, openStore } from '../../../../src-main/checkpoints/store';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { defaultConfig } from '../../../../src-preload/schemas';
import { temporaryFolder } from '../../temporary-folder';
import { prepareSessions, sessionIn } from '../session/session-in-folder';
import { contentAt } from './checkpoint-content';

prepareSessions();

test('no run is listed with a warning while one of eight trains', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  const weights = initialWeights(1);
  const store = await openStore(folder);
  for (let i = 1; i <= 7; i++) {
    const run = `other-${i}`;
    await mkdir(join(folder, run));
    for (const step of [5, 6, 7]) await store.write({ ...contentAt(step), run }, weights, weights);
  }
  // Two epochs of 640 steps, with a checkpoint after each.
  await session.start({ ...defaultConfig, epochs: 2, batchSize: 1, checkpointInterval: 1 });
  const training = { runs: true };
  const settled = session.settled().finally(() => (training.runs = false));
  const warnings = new Set<string>();
  let lists = 0;
  while (training.runs) {
    // As the window lists them, and as a process that has not listed them before.
    for (const runs of [await session.events.runs(), await (await openStore(folder)).runs()]) {
      lists++;
      expect(runs.map(({ run }) => run).sort()).toEqual(['other-1', 'other-2', 'other-3', 'other-4', 'other-5', 'other-6', 'other-7', 'run-1']); // prettier-ignore
      for (const { warning } of runs) if (warning !== null) warnings.add(warning);
    }
    expect(await describeRunFolder(store, 'run-1')).toMatchObject({ otherFiles: [] });
    expect((await (await openStore(folder)).readNewest('run-1')).passedOver).toEqual([]);
  }
  expect((await settled).state).toBe('finished');
  session.dispose();
  expect([...warnings]).toEqual([]);
  expect(lists).toBeGreaterThanOrEqual(4);
});

test('a damaged checkpoint is listed again once it is intact', async () => {
  const folder = await temporaryFolder();
  const store = await openStore(folder);
  await mkdir(join(folder, 'run-1'));
  for (const step of [5, 6]) await store.write(contentAt(step), initialWeights(1), initialWeights(1));
  const file = join(folder, 'run-1/step-00000006/model.safetensors');
  await cp(file, join(folder, 'kept'));
  await writeFile(file, 'half');
  const looking = await openStore(folder);
  expect((await looking.runs())[0]!.warning).toMatch(
    /model.safetensors is damaged: .*The newest intact checkpoint is at step 5\.$/,
  );
  await cp(join(folder, 'kept'), file);
  expect((await looking.runs())[0]).toMatchObject({ warning: null, checkpoints: [{ step: 6 }, { step: 5 }] });
});

test('a run that another process trained again under its name is listed as it is now', async () => {
  const folder = await temporaryFolder();
  const looking = await openStore(folder);
  const write = async (steps: number[], seed: number) => {
    await rm(join(folder, 'run-1'), { recursive: true, force: true });
    await mkdir(join(folder, 'run-1'));
    const store = await openStore(folder);
    const config = { ...defaultConfig, seed };
    for (const step of steps) {
      const runId = `00000000-0000-4000-8000-00000000000${seed}`;
      await store.write({ ...contentAt(step), runId, config }, initialWeights(seed), initialWeights(seed));
    }
    return (await looking.runs()).map(({ config: listed, checkpoints, warning }) => ({
      seed: listed?.seed,
      steps: checkpoints.map(({ step }) => step),
      warning,
    }));
  };
  expect(await write([5, 6], 1)).toEqual([{ seed: 1, steps: [6, 5], warning: null }]);
  expect(await write([5, 6], 2)).toEqual([{ seed: 2, steps: [6, 5], warning: null }]);
  expect(await write([4, 5], 3)).toEqual([{ seed: 3, steps: [5, 4], warning: null }]);
  expect(await write([5, 6, 7], 4)).toEqual([{ seed: 4, steps: [7, 6, 5], warning: null }]);
});

test('a run whose folder is gone or empty is not listed', async () => {
  const folder = await temporaryFolder();
  const store = await openStore(folder);
  await mkdir(join(folder, 'run-1'));
  await store.write(contentAt(5), initialWeights(1), initialWeights(1));
  expect(await store.runs()).toHaveLength(1);
  await rm(join(folder, 'run-1/step-00000005'), { recursive: true });
  expect(await store.runs()).toEqual([]);
  await rm(folder, { recursive: true });
  await expect(store.runs()).rejects.toThrow(`The folder for runs, ${folder}, cannot be read: no such file or folder.`);
});

test('a removed checkpoint is reported as gone, not as damaged', async () => {
  const folder = await temporaryFolder();
  const store = await openStore(folder);
  await mkdir(join(folder, 'run-1'));
  await store.write(contentAt(5), initialWeights(1), initialWeights(1));
  await expect(store.read('run-1', 'step-00000004')).rejects.toMatchObject({
    code: 'checkpoint-gone',
    message: expect.stringContaining('step-00000004 no longer exists') as string,
  });
});

test('a run of a hundred epochs is opened within the time of some training steps', async () => {
  const folder = await temporaryFolder();
  const store = await openStore(folder);
  await mkdir(join(folder, 'run-1'));
  const EPOCHS = 100;
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    await store.write(contentAt(10 * epoch), initialWeights(1), initialWeights(1));
  }
  const training = { goesOn: true, steps: 0 };
  const step = () => {
    const end = performance.now() + 2;
    while (performance.now() < end);
    training.steps++;
    if (training.goesOn) setImmediate(step);
  };
  setImmediate(step);
  const opened = await (await openStore(folder)).readNewest('run-1');
  training.goesOn = false;
  expect(opened.checkpoint.state.step).toBe(10 * EPOCHS);
  expect(await store.runs()).toMatchObject([{ checkpoints: { length: EPOCHS } }]);
  expect(training.steps).toBeLessThan(2 * EPOCHS);
});

/** A folder in which another process replaces the checkpoint once, between its listing and its reading. */
class ReplacedStore extends CheckpointStore {
  #isReplaced = false;

  override async read(run: string, name: string): ReturnType<CheckpointStore['read']> {
    if (!this.#isReplaced) {
      this.#isReplaced = true;
      await new CheckpointStore(this.folder).write(contentAt(2), initialWeights(1), initialWeights(1));
      await rm(join(this.folder, run, name), { recursive: true });
    }
    return super.read(run, name);
  }
}

test('a run whose checkpoints are all replaced before they are read is opened at a newer one', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'run-1'));
  await (await openStore(folder)).write(contentAt(1), initialWeights(1), initialWeights(1));
  const opened = await new ReplacedStore(folder).readNewest('run-1');
  expect(opened).toMatchObject({ name: 'step-00000002', passedOver: [] });
});
