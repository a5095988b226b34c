import { expect, test } from 'vitest';
import { defaultConfig } from '../../../../src-preload/schemas';
import { openStore } from '../../../../src-main/checkpoints/store';
import { loadDataset } from '../../../../src-main/data/load';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { Session } from '../../../../src-main/session/session';
import { obstacleToLimits, withMemoryLeft } from '../../../memory-limit';
import { temporaryFolder } from '../../temporary-folder';

test.runIf(!obstacleToLimits)(
  'a run fails with the reason if TensorFlow has no memory for a step, and continues when there is some',
  async ({ skip }) => {
    const device = await loadTensorFlow();
    skip(device.backend !== 'tensorflow' || device.processor !== 'cpu', 'a GPU has memory of its own');
    // Bypasses the check before training. With as much memory as the check requires, but too little for the step,
    // TensorFlow's own allocation succeeds, and one in a library that it uses ends the process.
    const unchecked = { ...device, processor: 'gpu' } as const;
    const session = new Session(unchecked, await loadDataset(null), null, () => undefined);
    await session.useFolder(await openStore(await temporaryFolder()));
    // After a small run, everything that all runs need is allocated.
    await session.start(defaultConfig, 'small', 20);
    expect(await session.settled()).toMatchObject({ state: 'paused' });

    // Enough memory for everything except the step. TensorFlow waits ten seconds for more, several times, before it fails.
    await withMemoryLeft(300e6, process.pid, async () => {
      await session.start({ ...defaultConfig, batchSize: 10_000 }, 'large', 2);
      expect(await session.settled()).toMatchObject({
        state: 'failed',
        problem: {
          code: 'out-of-memory',
          message: expect.stringContaining('there is not enough memory for a batch of 10,000 images') as string,
        },
        progress: { step: 0 },
      });
    });
    await session.resume(2);
    expect(await session.settled()).toMatchObject({ state: 'paused', problem: null, progress: { step: 2 } });
    session.dispose();
  },
);
