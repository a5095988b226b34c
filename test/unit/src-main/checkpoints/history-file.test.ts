import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { HISTORY_FILE, HistoryWriter } from '../../../../src-main/checkpoints/history-file';
import { emptyHistory, readHistory } from '../../../../src-main/checkpoints/history-reader';
import type { StateContent } from '../../../../src-main/checkpoints/state-file';
import { CheckpointStore } from '../../../../src-main/checkpoints/store';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { type History, defaultConfig, maxEpochs } from '../../../../src-preload/schemas';
import { temporaryFolder } from '../../temporary-folder';
import { contentAt } from './checkpoint-content';

const weights = initialWeights(1);
const momentumBuffers = initialWeights(2);

/** The history of a run with 10 steps of 64 images per epoch, a test after each epoch, and a loss for each step. */
function historyTo(step: number, offset = 0): History {
  const steps = Array.from({ length: step }, (_, i) => i);
  const tests = Array.from({ length: Math.floor(step / 10) + 1 }, (_, i) => i);
  return {
    trainLosses: steps.map((i) => Math.fround(2 / (i + 1)) + offset),
    trainCounter: steps.map((i) => i * 64),
    testLosses: tests.map((i) => 1 / (i + 3)),
    testCounter: tests.map((i) => i * 640),
    testCorrect: tests.map((i) => Math.min(100, 10 + i)),
  };
}

function runAt(step: number, offset = 0): StateContent {
  return { ...contentAt(step), history: historyTo(step, offset) };
}

describe('the history of a run', () => {
  let folder: string;
  let file: string;
  let store: CheckpointStore;

  beforeEach(async () => {
    const parent = await temporaryFolder();
    folder = join(parent, 'run-1');
    file = join(folder, HISTORY_FILE);
    await mkdir(folder);
    store = new CheckpointStore(parent);
  });

  async function write(step: number, offset = 0): Promise<void> {
    await store.write(runAt(step, offset), weights, momentumBuffers);
  }

  /** As after a restart. */
  function reopened(): CheckpointStore {
    return (store = new CheckpointStore(store.folder));
  }

  test('is in one file that only grows, and each checkpoint refers to the part up to it', async () => {
    let before = Buffer.alloc(0);
    for (const step of [0, 1, 2, 9, 10, 11, 20, 21, 30]) {
      await write(step);
      const bytes = await readFile(file);
      expect(bytes.subarray(0, before.length).equals(before)).toBe(true);
      before = bytes;
    }
    // Eight bytes for the format, a record for each loss, and two for each test.
    expect(before.length).toBe(8 + 16 * (30 + 2 * 4));
    const names = (await readdir(folder)).filter((name) => name.startsWith('step-'));
    expect(names).toHaveLength(5);
    for (const name of names) {
      const { state, history, historyProblem } = await reopened().read('run-1', name);
      expect([historyProblem, history]).toEqual([null, historyTo(state.step)]);
      expect(JSON.stringify(state)).not.toContain('trainLosses');
    }
  });

  test('adds nothing to the size of a checkpoint', async () => {
    await write(10);
    const { size: early } = await sizeOf('step-00000010');
    await write(10_000);
    const { size: late } = await sizeOf('step-00010000');
    expect(Math.abs(late - early)).toBeLessThan(60);
  });

  async function sizeOf(name: string): Promise<{ size: number }> {
    return { size: (await readFile(join(folder, name, 'state.json'))).length };
  }

  test('continues after a restart at the newest checkpoint, and any excess is cut off', async () => {
    await write(5);
    await write(6);
    const whole = await readFile(file);
    // As after kill -9: losses and half a record were written, but no checkpoint that refers to them.
    await rm(join(folder, 'step-00000006'), { recursive: true });
    await writeFile(file, Buffer.concat([whole, whole.subarray(-16), Buffer.from('half')]));
    const { checkpoint } = await reopened().readNewest('run-1');
    expect([checkpoint.state.step, checkpoint.historyProblem, checkpoint.history]).toEqual([5, null, historyTo(5)]);
    await write(6);
    expect(await readFile(file)).toEqual(whole);
    await write(7);
    expect((await reopened().readNewest('run-1')).checkpoint).toMatchObject({
      historyProblem: null,
      history: historyTo(7),
    });
  });

  test('that differs from the file replaces it', async () => {
    await write(5);
    await write(6, 0.5);
    await rm(join(folder, 'step-00000006'), { recursive: true });
    reopened();
    await write(8);
    expect((await reopened().readNewest('run-1')).checkpoint).toMatchObject({
      historyProblem: null,
      history: historyTo(8),
    });
  });

  test.each([
    ['missing', () => rm(file), 'is missing', 0],
    ['empty', () => truncate(file, 0), 'is damaged', 0],
    ['cut off within the first epoch', () => truncate(file, 100), 'is damaged', 0],
    ['cut off after it, as by a power cut', () => truncate(file, 8 + 16 * 17), 'is damaged', 10],
    ['changed in the second epoch', () => change(8 + 16 * 16), 'is damaged', 10],
    ['changed in the first record', () => change(8), 'is damaged', 0],
    ['a link', () => rm(file).then(() => symlink('/dev/zero', file)), 'cannot be read: ', 0],
    ['a folder', () => rm(file).then(() => mkdir(file)), 'cannot be read: it is not a regular file', 0],
  ])('that is %s leaves the weights usable and its intact part visible', async (_, damage, words, intact) => {
    for (const step of [5, 10, 15, 16, 17, 18]) await write(step);
    await damage();
    const { checkpoint, passedOver } = await reopened().readNewest('run-1');
    expect([checkpoint.state.step, passedOver]).toEqual([18, []]);
    expect(checkpoint.weights).toEqual(weights);
    expect(checkpoint.history).toEqual(intact === 0 ? emptyHistory() : historyTo(intact));
    expect(checkpoint.historyProblem).toContain(`${file} ${words}`);
    expect(checkpoint.historyProblem).toMatch(
      intact === 0
        ? /The weights are intact; the curve starts again\.$/
        : /the curve shows the first 640 examples and continues from here\.$/,
    );
    // The run continues with the intact part.
    const { history } = checkpoint;
    history.trainLosses.push(0.25);
    history.trainCounter.push(18 * 64);
    await store.write({ ...contentAt(19), history }, weights, momentumBuffers);
    expect((await reopened().readNewest('run-1')).checkpoint).toMatchObject({
      state: { step: 19 },
      historyProblem: null,
      history,
    });
  });

  async function change(at: number): Promise<void> {
    const bytes = await readFile(file);
    bytes[at]! ^= 1;
    await writeFile(file, bytes);
  }

  test('never replaces a file of the same name that is not ours', async () => {
    await writeFile(file, 'my notes on history');
    await write(5);
    const [kept, ...others] = (await readdir(folder)).filter((name) => name.endsWith('.old'));
    expect(others).toEqual([]);
    expect(await readFile(join(folder, kept!), 'utf8')).toBe('my notes on history');
    expect((await reopened().readNewest('run-1')).checkpoint.historyProblem).toBeNull();
  });

  test.each([Number.NaN, Infinity, -Infinity])('never accepts %f as a loss', async (loss) => {
    await write(5);
    const before = await readFile(file);
    const history = historyTo(6);
    history.trainLosses[5] = loss;
    const writing = store.write({ ...contentAt(6), history }, weights, momentumBuffers);
    await expect(writing).rejects.toMatchObject({
      code: 'diverged',
      message: expect.stringContaining('The loss after 320 examples is no longer a number') as string,
    });
    expect(await readFile(file)).toEqual(before);
    expect((await reopened().readNewest('run-1')).checkpoint.state.step).toBe(5);
  });

  test('of version 0.1 is read from its checkpoint, and moves to the file when the run continues', async () => {
    // The network that came with version 0.1.0.
    const old = 'test/fixtures/checkpoint-0.1';
    const { step } = JSON.parse(await readFile(join(old, 'state.json'), 'utf8')) as { step: number };
    const name = `step-${step.toString().padStart(8, '0')}`;
    await cp(old, join(folder, name), { recursive: true });
    const { state, history, historyProblem } = await store.read('run-1', name);
    expect([state.version, historyProblem, history.testCorrect.length]).toEqual([1, null, 16]);
    expect((await store.runs())[0]!.checkpoints[0]).toMatchObject({
      step,
      testAccuracy: history.testCorrect.at(-1)! / 10_000,
    });

    const { run, runId, dataset, config } = state;
    const next = { ...contentAt(0), run, runId, dataset, config, step: step + 1, epoch: 17, history };
    await store.write({ ...next, run: 'run-1' }, weights, momentumBuffers);
    expect((await reopened().readNewest('run-1')).checkpoint).toMatchObject({ historyProblem: null, history });
    expect((await store.read('run-1', name)).history).toEqual(history);
  });

  test('exists before the checkpoint that refers to it', async () => {
    await write(5);
    execFileSync('chattr', ['+i', file]);
    onTestFinished(() => void execFileSync('chattr', ['-i', file]));
    // The file cannot be written, so there must be no checkpoint that needs it.
    await expect(store.write(runAt(6), weights, momentumBuffers)).rejects.toThrow('EPERM');
    expect((await readdir(folder)).filter((name) => name.startsWith('step-'))).toEqual(['step-00000005']);
  });
});

test('a checkpoint with the maximum number of epochs is read back; more are refused before writing', async () => {
  const parent = await temporaryFolder();
  await mkdir(join(parent, 'run-1'));
  const store = new CheckpointStore(parent);
  const contentOf = (epochs: number): StateContent => ({
    ...runAt(10 * maxEpochs),
    config: { ...defaultConfig, epochs },
  });
  await store.write(contentOf(maxEpochs), weights, momentumBuffers);
  const { checkpoint } = await new CheckpointStore(parent).readNewest('run-1');
  expect(checkpoint.state).toMatchObject({ epoch: maxEpochs, config: { epochs: maxEpochs } });
  expect(checkpoint.history).toEqual(historyTo(10 * maxEpochs));
  await expect(store.write(contentOf(maxEpochs + 1), weights, momentumBuffers)).rejects.toThrow(
    'config.epochs: Epochs must be a whole number from 1 to 10,000',
  );
});

test('5,000 epochs of MNIST at the article’s log interval are written and read', async () => {
  const folder = await temporaryFolder();
  const [epochs, perEpoch] = [5000, 938];
  const history = emptyHistory();
  const writer = new HistoryWriter(folder);
  writer.append(history);
  for (let step = 0; step <= epochs * perEpoch; step++) {
    if ((step % perEpoch) % 10 !== 0) continue;
    const examplesSeen = Math.floor(step / perEpoch) * 60_000 + (step % perEpoch) * 64;
    if (step % perEpoch === 0) {
      history.testLosses.push(1 / (1 + step));
      history.testCounter.push(examplesSeen);
      history.testCorrect.push(9000 + (step % 1000));
    }
    history.trainLosses.push(Math.fround(Math.abs(Math.sin(step))));
    history.trainCounter.push(examplesSeen);
    if (step % 1000 === 0) writer.append(history);
  }
  const record = writer.append(history);
  expect(record.bytes).toBe(8 + 16 * (94 * 5000 + 1 + 2 * 5001));
  // A new writer, as after a restart, accepts the file unchanged.
  expect(new HistoryWriter(folder).append(history)).toEqual(record);
  const read = await readHistory(folder, record, []);
  expect(read.problem).toBeNull();
  for (const name of ['trainLosses', 'trainCounter', 'testLosses', 'testCounter', 'testCorrect'] as const) {
    // Not toEqual, which takes a minute for millions of values.
    const [values, expected] = [read.history[name], history[name]];
    expect(values.length).toBe(expected.length);
    expect(values.every((value, i) => value === expected[i])).toBe(true);
  }
});
