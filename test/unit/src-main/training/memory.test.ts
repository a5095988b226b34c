import { expect, test } from 'vitest';
import type { Device } from '../../../../src-preload/contract';
import { defaultConfig } from '../../../../src-preload/schemas';
import { openStore } from '../../../../src-main/checkpoints/store';
import { loadDataset } from '../../../../src-main/data/load';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { groupLimitFiles, processMemory } from '../../../../src-main/training/linux-memory';
import { memoryNeeded, requireMemory } from '../../../../src-main/training/memory';
import { trainingProblem } from '../../../../src-main/training/training-errors';
import { Session } from '../../../../src-main/session/session';
import { Trainer, initialState } from '../../../../src-main/training/trainer';
import { obstacleToLimits, withMemoryLeft } from '../../../memory-limit';
import { smallDataset } from '../small-dataset';
import { temporaryFolder } from '../../temporary-folder';

const processor: Device = {
  backend: 'tensorflow',
  processor: 'cpu',
  description: 'CPU · TensorFlow 2.21.0',
  hasUnusedGpu: false,
  problem: null,
};
const defaults = { training: 64, testing: 1000 };
/** The memory of a process that has loaded TensorFlow and MNIST. */
const HELD = 184e6;

const files = {
  meminfo: [
    'MemTotal:        8041848 kB',
    'MemFree:          312008 kB',
    'MemAvailable:    2000000 kB',
    'Buffers:          101360 kB',
    'SwapCached:         1024 kB',
    'SwapTotal:       1048572 kB',
    'SwapFree:        1000000 kB',
    '',
  ].join('\n'),
  status: [
    'Name:\telectron',
    'VmPeak:\t1208512364 kB',
    'VmSize:\t1208381288 kB',
    'VmRSS:\t  341880 kB',
    'RssAnon:\t  180000 kB',
    'RssFile:\t  161000 kB',
    'VmData:\t 1000000 kB',
    'VmSwap:\t   20000 kB',
    'Threads:\t41',
    '',
  ].join('\n'),
  limits: [
    'Limit                     Soft Limit           Hard Limit           Units     ',
    'Max cpu time              unlimited            unlimited            seconds   ',
    'Max data size             unlimited            unlimited            bytes     ',
    'Max stack size            8388608              unlimited            bytes     ',
    '',
  ].join('\n'),
  groupLimit: 'max\n',
};

test('a run with larger batches needs more memory, and with the defaults no more than the process has', () => {
  expect(memoryNeeded(defaults, HELD)).toBe(0);
  let before = 0;
  for (const training of [1000, 4000, 10_000]) {
    const needed = memoryNeeded({ ...defaults, training }, 140e6);
    expect(needed).toBeGreaterThan(before);
    expect(needed).toBeLessThan(training * 70_000);
    expect(memoryNeeded({ training: 64, testing: training }, 140e6)).toBeLessThan(needed);
    before = needed;
  }
  // The memory of an earlier batch is reused.
  expect(memoryNeeded({ ...defaults, training: 10_000 }, HELD + 860e6)).toBe(0);
});

test('too little memory is reported with what needs it and what to do', () => {
  const memory = { held: HELD, available: 0.3e9 };
  expect(() => requireMemory(processor, defaults, memory)).not.toThrow();
  expect(() => requireMemory(processor, { training: 10_000, testing: 1000 }, memory)).toThrow(
    'Training stopped: a batch of 10,000 images needs at least 556 MB more memory, but only 300 MB is free. Close other programs, then resume from the newest checkpoint, or start a new run with a smaller batch size.',
  );
  expect(() => requireMemory(processor, { training: 64, testing: 10_000 }, { ...memory, available: 0.1e9 })).toThrow(
    /testing 10,000 images at once needs at least 206 MB more memory, .* a smaller test batch size\.$/,
  );
});

test('batches are no larger than the dataset or what is left of the run', async () => {
  await loadTensorFlow();
  const data = await smallDataset();
  const config = { ...defaultConfig, epochs: 1, batchSize: 600, testBatchSize: 10_000 };
  const trainer = new Trainer(data, config, initialState(1));
  expect(data.train.count).toBe(640);
  expect(trainer.batchesAhead).toEqual({ training: 600, testing: data.test.count });
  trainer.trainStep();
  expect(trainer.batchesAhead).toEqual({ training: 40, testing: data.test.count });
  trainer.trainStep();
  expect(trainer.batchesAhead).toEqual({ training: 0, testing: data.test.count });
  trainer.recordTest({ loss: 1, correct: 0, total: data.test.count });
  expect(trainer.batchesAhead).toEqual({ training: 0, testing: 0 });
  trainer.dispose();
});

test('without other limits, the available memory is the system’s, including swap space', () => {
  expect(processMemory(files)).toEqual({ held: 200_000 * 1024, available: 3_000_000 * 1024 });
});

test('the limit on the process’s data is reduced by what it has', () => {
  const limits = files.limits.replace('Max data size             unlimited ', 'Max data size             1100000000');
  expect(processMemory({ ...files, limits }).available).toBe(1_100_000_000 - 1_000_000 * 1024);
  // The limit may be lower than what the process has.
  expect(processMemory({ ...files, limits: limits.replace('1100000000', '900000000 ') }).available).toBe(0);
});

test('the control group’s limit counts, in the formats of both versions', () => {
  // Not every limit includes swap space.
  const available = 1e9 - 180_000 * 1024 + 1_000_000 * 1024;
  expect(processMemory({ ...files, groupLimit: '1000000000\n' }).available).toBe(available);
  expect(processMemory({ ...files, groupLimit: '9223372036854771712\n' }).available).toBe(3_000_000 * 1024);
  expect(groupLimitFiles('0::/user.slice/app.scope\n')).toEqual([
    '/sys/fs/cgroup/user.slice/app.scope/memory.max',
    '/sys/fs/cgroup/memory.max',
  ]);
  expect(groupLimitFiles('9:name=systemd:/\n4:hugetlb,memory:/docker/4f\n3:cpuset:/\n0::/\n')).toEqual([
    '/sys/fs/cgroup/memory/docker/4f/memory.limit_in_bytes',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes',
  ]);
  expect(groupLimitFiles('')).toEqual([]);
});

test('if nothing is known, nothing is refused', () => {
  const memory = processMemory({ meminfo: '', status: '', limits: '', groupLimit: '' });
  expect(memory).toEqual({ held: Infinity, available: Infinity });
  expect(() => requireMemory(processor, { training: 10_000, testing: 10_000 }, memory)).not.toThrow();
});

test.runIf(!obstacleToLimits)(
  'a run with too little memory for its batches fails before its first step, and continues when there is some',
  async ({ skip }) => {
    const device = await loadTensorFlow();
    skip(device.backend !== 'tensorflow' || device.processor !== 'cpu', 'a GPU has memory of its own');
    const session = new Session(device, await loadDataset(null), null, () => undefined);
    await session.useFolder(await openStore(await temporaryFolder()));
    await withMemoryLeft(100e6, process.pid, async () => {
      await session.start({ ...defaultConfig, batchSize: 10_000 }, 'large', 2);
      expect(await session.settled()).toMatchObject({
        state: 'failed',
        problem: {
          code: 'out-of-memory',
          message: expect.stringMatching(
            /a batch of 10,000 images needs at least \d+ MB more memory, but only \d+ MB is free/,
          ) as string,
        },
        progress: { step: 0 },
        history: { testCounter: [] },
      });
      // There is no more memory than before.
      await session.resume(2);
      expect(await session.settled()).toMatchObject({ state: 'failed', progress: { step: 0 } });
    });
    await session.resume(2);
    expect(await session.settled()).toMatchObject({ state: 'paused', problem: null, progress: { step: 2 } });
    session.dispose();
  },
);

test('TensorFlow’s and oneDNN’s messages about missing memory are recognised', () => {
  for (const words of [
    'Session fail to run with error: OOM when allocating tensor with shape[5000,24,24,10] and type float',
    'Session fail to run with error: Compute received an exception:Status:1, message: could not create a memory object. in file tensorflow/core/kernels/mkl/mkl_maxpooling_op.cc:388',
  ])
    expect(trainingProblem(new Error(words), defaultConfig).code).toBe('out-of-memory');
  expect(trainingProblem(new Error('Compute received an exception:Status:2,'), defaultConfig).code).toBe(
    'training-failed',
  );
});
