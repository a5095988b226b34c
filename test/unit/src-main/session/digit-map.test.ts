// TensorFlow.js's own backend computes the reference.
import '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { defaultConfig, nothingOff } from '../../../../src-preload/schemas';
import { mostLikely } from '../../../../src-main/training/evaluate';
import { toVariables, disposeVariables } from '../../../../src-main/network/plain/variables';
import { hiddenUnits, maps, toImages } from '../../../../src-main/network/plain/forward';
import { temporaryFolder } from '../../temporary-folder';
import { smallDataset } from '../small-dataset';
import { newSession, prepareSessions, sessionIn, untilStep } from './session-in-folder';

prepareSessions();

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));
const floats = (text: string) => new Float32Array(bytes(text).buffer);

test('the map has the hidden units and answers of the network that reads, also of a step and without parts', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.start({ ...defaultConfig, epochs: 1000 }, 'run-1', 15);
  await session.settled();
  const data = (await session.digitMap.get())!;
  expect(data.model).toEqual({ source: 'run', name: 'run-1', step: 15 });
  expect(data.indices).toHaveLength(200);
  const units = Array.from(bytes(data.units), (byte) => byte * data.unitScale);
  expect(units).toHaveLength(200 * 50);
  expect(Math.max(...bytes(data.units))).toBe(255);
  const tolerance = 0.5 * data.unitScale + 1e-4;

  // As the forward pass in TensorFlow.js computes them.
  const { test: set } = await smallDataset(640, 200);
  const variables = toVariables(session.activeModel.weights);
  const pixels = set.images.subarray(0, 784 * 4);
  const expected = hiddenUnits(variables, maps(variables, toImages(pixels, 4), null)).dataSync<'float32'>();
  disposeVariables(variables);
  expected.forEach((value, i) => expect(Math.abs(value - units[i]!)).toBeLessThan(tolerance));
  const { network } = session.activeModel.requireReader();
  const answers = network.logProbabilities(pixels, 4);
  expect([...Buffer.from(data.predictions, 'base64').subarray(0, 4)]).toEqual(
    [0, 1, 2, 3].map((i) => mostLikely(answers.subarray(10 * i, 10 * i + 10))),
  );
  expect([...Buffer.from(data.labels, 'base64')]).toEqual([...set.labels]);
  floats(session.digitMap.unitsOf(set.images.subarray(784, 2 * 784))).forEach((value, i) =>
    expect(Math.abs(value - units[50 + i]!)).toBeLessThan(tolerance),
  );

  session.switchOff({ ...nothingOff, units: [3] });
  const without = bytes((await session.digitMap.get())!.units);
  expect(Array.from({ length: 200 }, (_, i) => without[50 * i + 3])).toEqual(Array(200).fill(0));
  session.switchOff(nothingOff);

  await session.resume();
  await untilStep(session, 20);
  const first = session.digitMap.get();
  const second = session.digitMap.get();
  await untilStep(session, 30);
  await session.pause();
  expect(await first).toBeNull();
  expect((await second)!.model.step).toBeGreaterThanOrEqual(20);
  session.dispose();
});

test('without a network there is no map', async () => {
  const { session } = newSession();
  expect(await session.digitMap.get()).toBeNull();
  session.dispose();
});
