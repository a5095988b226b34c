import { nothingOff } from '../../../../src-preload/schemas';
import { expect, test } from 'vitest';
import { defaultConfig } from '../../../../src-preload/schemas';
import type { Results } from '../../../../src-preload/results';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { toGreyImage } from '../../../../src-main/data/grey-image';
import { type BundledModel, loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import { normalize } from '../../../../src-main/recognition/normalize';
import { rasterize } from '../../../../src-main/recognition/rasterize';
import { penDigit } from '../../../../src-main/synthesis/pen-digits';
import { ModelResults } from '../../../../src-main/session/model-results';
import { testImages } from '../../../../src-main/session/test-images';
import { temporaryFolder } from '../../temporary-folder';
import { smallDataset } from '../small-dataset';
import { newSession, prepareSessions, sessionIn, untilStep } from './session-in-folder';

prepareSessions();

const bytes = (text: string) => Buffer.from(text, 'base64');
const accuracyOf = ({ predictions, labels, total }: Results) =>
  bytes(predictions).filter((digit, i) => digit === bytes(labels)[i]).length / total;

/** A session's active model while the built-in network reads. */
const activeOf = (bundled: BundledModel) =>
  ({
    model: bundled.model,
    lastTest: null,
    isTraining: false,
    switchedOff: nothingOff,
    calibrate: () => Promise.resolve(false),
    requireReader: () => bundled,
  }) as unknown as ConstructorParameters<typeof ModelResults>[0];

test('there are results after the first test; while a run trains, those of its newest test', async () => {
  const { session } = newSession();
  expect(await session.results.get()).toBeNull();

  const trained = (await sessionIn(await temporaryFolder())).session;
  await trained.start({ ...defaultConfig, epochs: 1000 });
  await untilStep(trained, 25);
  const running = (await trained.results.get())!;
  expect(running.model).toMatchObject({ source: 'run', name: 'run-1' });
  expect(running.model.step % 10).toBe(0);
  const { history } = trained.events.view;
  expect(history.testCorrect).toContain(running.correct);
  expect(accuracyOf(running)).toBeCloseTo(running.correct / running.total, 9);
  await trained.pause();

  // Between two tests, the results are of the current weights.
  const paused = (await trained.results.get())!;
  const { step } = trained.activeModel.model;
  expect(paused.model.step).toBe(step);
  expect(paused.total).toBe(200);
  expect(paused.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(200);
  expect(paused.interval.low).toBeLessThan(paused.correct / 200);
  expect(paused.interval.high).toBeGreaterThan(paused.correct / 200);
  const again = (await trained.results.get())!;
  expect(again).toEqual(paused);
  trained.dispose();
});

test('a network whose answers are not numbers has no results, with a reason', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  const weights = initialWeights(1);
  for (const values of Object.values(weights)) values.fill(1e15);
  const origin = { file: 'huge.safetensors', sha256: '0'.repeat(64) };
  await session.openWeights({ weights, momentum: null, note: null, origin });
  await expect(session.results.get()).rejects.toMatchObject({
    code: 'not-numbers',
    message: 'huge.safetensors has no results: its weights are too large to compute with. Choose another network.',
  });
  session.dispose();
});

test('the built-in network doubts few of MNIST’s labels, and its results equal those of the plain test', async () => {
  const bundled = await loadBundledModel();
  const data = await smallDataset(10, 2000);
  const active = activeOf(bundled);
  const results = (await new ModelResults(active, bundled, data).get())!;
  expect(results.correct / 2000).toBeGreaterThan(0.985);
  expect(results.doubted.length).toBeLessThan(30);
  for (const index of results.doubted) expect(bytes(results.predictions)[index]).not.toBe(data.test.labels[index]);
  expect(results.calibrationError).toBeLessThan(0.02);
  expect(results.reviewed).toHaveLength(15);
});

test("a person's drawings are tested like the test set, and their wrong labels are doubted", async () => {
  const bundled = await loadBundledModel();
  const data = await smallDataset(10, 20);
  const active = activeOf(bundled);
  const results = new ModelResults(active, bundled, data);
  expect(await results.ofDrawings([])).toBeNull();
  const labels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 4];
  const drawings = labels.map((label, i) => {
    const { pixels } = normalize(rasterize(penDigit(label, 0xd1617, i)))!;
    // The last one has a wrong label.
    return { id: String(i), label: i === 11 ? 9 : label, pixels: toGreyImage(pixels), heldOut: false };
  });
  const told = (await results.ofDrawings(drawings))!;
  expect(told).toMatchObject({ total: 12, correct: 11, dataset: 'your drawings', doubted: [11], reviewed: [] });
  expect([...bytes(told.predictions)]).toEqual(labels);
  expect([...bytes(told.labels)]).toEqual([...labels.slice(0, 11), 9]);
  expect(told.confusion[9]![4]).toBe(1);
});

test('test images are returned by index, and an index that is too large is refused', async () => {
  const { test: set } = await smallDataset(10, 20);
  const [second, first] = testImages(set, [1, 0]);
  expect(bytes(first!)).toEqual(Buffer.from(set.images.subarray(0, 784)));
  expect(bytes(second!)).toEqual(Buffer.from(set.images.subarray(784, 1568)));
  expect(() => testImages(set, [20])).toThrow('The test set has 20 images; there is no image 20.');
});
