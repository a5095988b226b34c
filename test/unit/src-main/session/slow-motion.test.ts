import { expect, test } from 'vitest';
import { MAX_STEP_IMAGES } from '../../../../src-preload/training-step';
import { defaultConfig } from '../../../../src-preload/schemas';
import { temporaryFolder } from '../../temporary-folder';
import { smallDataset } from '../small-dataset';
import { prepareSessions, sessionIn, untilStep } from './session-in-folder';

prepareSessions();

const floats = (text: string) => new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('any step of a run can be taken apart, and its loss is the one that was logged', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.start({ ...defaultConfig, epochs: 7 }, 'run-1');
  const { history } = await session.settled();
  expect(history.trainLosses).toHaveLength(7);
  for (const step of [61, 1, 31]) {
    const parts = (await session.slowMotion.partsOf({ run: 'run-1', step }))!;
    const epoch = Math.ceil(step / 10);
    expect(parts).toMatchObject({ run: 'run-1', step, epoch, batch: 1, batchesPerEpoch: 10, count: 64 });
    expect(parts.loggedLoss).toBe(history.trainLosses[epoch - 1]);
    expect(parts.loss).toBe(parts.loggedLoss);
    expect(Math.abs(mean(floats(parts.losses)) - parts.loggedLoss!)).toBeLessThan(1e-6);
    expect(Math.abs(mean(floats(parts.lossesAfter)) - parts.lossAfter!)).toBeLessThan(1e-6);

    // The loss of an image is that of its label in the output.
    const labels = Buffer.from(parts.labels, 'base64');
    const outputs = floats(parts.outputs);
    floats(parts.losses).forEach((loss, i) => expect(loss).toBeCloseTo(-outputs[10 * i + labels[i]!]!, 5));

    const before = (await session.timeMachine.stateAt({ run: 'run-1', step: step - 1 })).weights;
    const after = (await session.timeMachine.stateAt({ run: 'run-1', step })).weights;
    expect(floats(parts.firstLayer.before)).toEqual(before['conv1.weight']);
    expect(floats(parts.firstLayer.after)).toEqual(after['conv1.weight']);
    expect(floats(parts.secondLayer.after)).toEqual(after['conv2.weight']);
    const [conv1] = parts.layers;
    expect(conv1).toMatchObject({ name: 'conv1', size: 260 });
    const changes = [...after['conv1.weight'], ...after['conv1.bias']].map(
      (value, i) => value - [...before['conv1.weight'], ...before['conv1.bias']][i]!,
    );
    expect(conv1!.change).toBeCloseTo(Math.hypot(...changes), 6);
  }
  // The article logs every tenth batch.
  expect((await session.slowMotion.partsOf({ run: 'run-1', step: 2 }))!.loggedLoss).toBeNull();
  session.dispose();
});

test('of a large batch only the first images are sent, but the loss is that of all', async () => {
  const { session } = await sessionIn(await temporaryFolder(), await smallDataset(640, 200));
  await session.start({ ...defaultConfig, batchSize: 500, epochs: 1 }, 'run-1');
  const { history } = await session.settled();
  const parts = (await session.slowMotion.partsOf({ run: 'run-1', step: 1 }))!;
  expect([parts.count, parts.images.length]).toEqual([500, MAX_STEP_IMAGES]);
  expect(parts.loss).toBe(history.trainLosses[0]);
  const kept = Buffer.from(parts.kept, 'base64');
  expect(kept).toHaveLength(70 * MAX_STEP_IMAGES);
  const share = kept.reduce((sum, value) => sum + value) / kept.length;
  expect(share).toBeGreaterThan(0.45);
  expect(share).toBeLessThan(0.55);
  session.dispose();
});

test('steps can be taken apart while their run is trained; only the newest request is answered', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.start({ ...defaultConfig, epochs: 500 }, 'run-1');
  await untilStep(session, 20);
  const answers = await Promise.all([3, 12, 11].map((step) => session.slowMotion.partsOf({ run: 'run-1', step })));
  expect(answers.slice(0, 2)).toEqual([null, null]);
  expect(answers[2]!.loss).toBe(session.events.view.history.trainLosses[1]);
  expect(session.events.view.state).toBe('running');
  await session.pause();
  await expect(session.slowMotion.partsOf({ run: 'run-1', step: 0 })).rejects.toThrow('Step 0 is before training.');
  await expect(session.slowMotion.partsOf({ run: 'run-1', step: 1e9 })).rejects.toThrow('run-1 has not reached step');
  await expect(session.slowMotion.partsOf({ run: 'run-2', step: 1 })).rejects.toThrow('run-2 is not shown.');
  session.dispose();
});
