import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Drawing } from '../../../../src-preload/schemas';
import { loadDataset } from '../../../../src-main/data/load';
import { type LabelledImages, type MnistDataset, PIXELS } from '../../../../src-main/data/mnist';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { type BundledModel, loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import {
  REJECTED,
  calibrate,
  readCalibration,
  tempered,
  writeCalibration,
} from '../../../../src-main/recognition/calibration';
import { evaluateAll } from '../../../../src-main/training/evaluate';
import { answer } from '../../../../src-main/recognition/reading';
import { recognize } from '../../../../src-main/recognition/recognize';
import { testNonDigits } from '../../../../src-main/synthesis/non-digits';
import { penDigit } from '../../../../src-main/synthesis/pen-digits';
import { decodeNonDigits } from '../../../fixtures/non-digits/encoding';
import { temporaryFolder } from '../../temporary-folder';

let data: MnistDataset;
let bundled: BundledModel;
let answers: ReturnType<typeof answer>[];

beforeAll(async () => {
  await loadTensorFlow();
  data = await loadDataset(null);
  bundled = await loadBundledModel();
  answers = answersTo(data.test);
});

function answersTo({ count, images }: LabelledImages) {
  return Array.from({ length: count }, (_, i) => answer(bundled, images.subarray(i * PIXELS, (i + 1) * PIXELS)));
}

/** The mean gap between confidence and accuracy over 15 bins of confidence (Guo et al., 2017). */
function expectedCalibrationError(given: typeof answers, labels: Uint8Array): number {
  const bins = Array.from({ length: 15 }, () => ({ confidence: 0, correct: 0 }));
  given.forEach(({ probabilities }, i) => {
    const confidence = Math.max(...probabilities);
    const bin = bins[Math.min(14, Math.floor(confidence * 15))]!;
    bin.confidence += confidence;
    if (probabilities.indexOf(confidence) === labels[i]) bin.correct++;
  });
  return bins.reduce((sum, { confidence, correct }) => sum + Math.abs(confidence - correct), 0) / given.length;
}

const stroke = (width: number, ...points: [number, number][]): Drawing => ({ strokes: [{ width, points }] });

describe("the bundled model's probabilities", () => {
  test("agree with the accuracy on MNIST's test set", () => {
    expect(expectedCalibrationError(answers, data.test.labels)).toBeLessThan(0.02);
  });

  test('were calibrated on the training images', () => {
    const { logProbabilities } = evaluateAll(bundled.network, data.train);
    const { temperature, threshold } = calibrate(logProbabilities, data.train.labels, REJECTED.bundled);
    expect(Math.abs(temperature - bundled.calibration.temperature)).toBeLessThanOrEqual(0.01);
    expect(Math.abs(threshold - bundled.calibration.threshold)).toBeLessThanOrEqual(0.01);
  });

  test('are tempered: lower the surer they are, in the same order, with the sum 1', () => {
    const row = Float32Array.from([0.7, 0.2, 0.1], Math.log);
    expect(tempered(row, 1)[0]).toBeCloseTo(0.7, 6);
    expect(tempered(row, 0.5)[0]).toBeCloseTo(0.49 / 0.54, 6);
    expect(tempered(row, 2).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(tempered(row, 2)[0]).toBeLessThan(0.7);
  });
});

describe('no digit is the answer', () => {
  test("to at most 1% of MNIST's test images", () => {
    const turnedAway = answers.filter(({ digit }) => digit === null).length;
    expect(turnedAway).toBeGreaterThan(0);
    expect(turnedAway / answers.length).toBeLessThanOrEqual(0.01);
  });

  test('to at least 90% of the drawings that are not digits', () => {
    const file = join(import.meta.dirname, '../../../fixtures/non-digits/drawings.json');
    const drawings = decodeNonDigits(readFileSync(file, 'utf8'));
    const turnedAway = drawings.filter(({ drawing }) => recognize(bundled, drawing).digit === null).length;
    expect(turnedAway / drawings.length).toBeGreaterThanOrEqual(0.9);
  });

  test('to at most 2% of digits drawn with a pen', () => {
    const count = 500;
    // From a seed that was not used in training.
    const drawings = Array.from({ length: count }, (_, i) => penDigit(i % 10, 0xd1617, i));
    const turnedAway = drawings.filter((drawing) => recognize(bundled, drawing).digit === null).length;
    expect(turnedAway / count).toBeLessThanOrEqual(0.02);
  });

  test('to every dot and tick, but not to a short 1', () => {
    const marks = testNonDigits().filter(({ kind }) => kind === 'dot' || kind === 'tick');
    expect(marks.length).toBeGreaterThanOrEqual(10);
    for (const { drawing } of marks) {
      expect(recognize(bundled, drawing)).toMatchObject({ digit: null, probabilities: Array(10).fill(0) });
    }
    expect(recognize(bundled, stroke(12, [140, 120], [138, 160])).digit).toBe(1);
    expect(recognize(bundled, stroke(20, [140, 115], [138, 165])).digit).toBe(1);
    expect(recognize(bundled, stroke(6, [140, 120], [138, 160])).digit).toBe(1);
  });
});

describe('a calibration', () => {
  test('is stored beside its weights', async () => {
    const path = await temporaryFolder();
    await writeCalibration(path, { temperature: 1.25, threshold: 0.5 });
    expect(await readCalibration(path)).toEqual({ temperature: 1.25, threshold: 0.5 });
  });

  test('may be missing, and an invalid one is named', async () => {
    const path = await temporaryFolder();
    expect(await readCalibration(path)).toBeNull();
    await writeCalibration(path, { temperature: 0, threshold: 0.5 });
    await expect(readCalibration(path)).rejects.toThrow('calibration.json is damaged: temperature');
  });
});
