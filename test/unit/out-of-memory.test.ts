import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defaultConfig } from '../../src-preload/schemas';
import { openStore } from '../../src-main/checkpoints/store';
import { loadDataset } from '../../src-main/data/mnist';
import { loadTensorFlow } from '../../src-main/engine/tensorflow';
import { Session } from '../../src-main/training/session';
import { temporaryFolder } from './temporary-folder';

/** From util-linux. */
const PRLIMIT = '/usr/bin/prlimit';

/** How many bytes of memory of its own this process may have. */
function limitMemory(bytes: number | 'unlimited'): void {
  execFileSync(PRLIMIT, ['--pid', String(process.pid), `--data=${bytes}:`]);
}

function memoryNow(): number {
  return Number(/VmData:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
}

test.runIf(existsSync(PRLIMIT))(
  'a run for whose step TensorFlow finds no memory has failed with the reason, and goes on when there is some',
  async ({ skip }) => {
    const device = await loadTensorFlow();
    skip(!device.description.startsWith('CPU · TensorFlow'), 'a GPU has memory of its own');
    const session = new Session(device, await loadDataset(null), null, () => undefined);
    await session.useFolder(await openStore(await temporaryFolder()));
    // What every run needs is there after a small one.
    await session.start(defaultConfig, 'small', 20);
    expect(await session.settled()).toMatchObject({ state: 'paused' });
    await session.stop();

    // Memory for all but the step. TensorFlow waits ten seconds for more, a few times over, before it gives up.
    limitMemory(memoryNow() + 300e6);
    try {
      await session.start({ ...defaultConfig, batchSize: 10_000 }, 'large', 2);
      expect(await session.settled()).toMatchObject({
        state: 'failed',
        problem: { code: 'out-of-memory', message: expect.stringContaining('a batch of 10000 images') as string },
        progress: { step: 0 },
      });
    } finally {
      limitMemory('unlimited');
    }
    await session.resume(2);
    expect(await session.settled()).toMatchObject({ state: 'paused', problem: null, progress: { step: 2 } });
    session.dispose();
  },
);
