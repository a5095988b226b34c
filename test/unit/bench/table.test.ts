import { expect, test } from 'vitest';
import { spreadOf, unevenness } from '../../bench/statistics';
import { type Figures, tableOf } from '../../bench/table';
import { defaultConfig } from '../../../src-preload/schemas';

const spread = spreadOf([2, 2.5, 3]);
const smoothness = { mainLoopDelay: { p50: 1, p99: 2, max: 3 }, framesPerSecond: 60, frame: { p50: 16, p99: 17 } };
const latency = { p50: 10, p95: 20 };

const figures = (rounds: number[]): Figures => ({
  machine: { processor: 'A processor', threads: 2, memoryGb: 16, system: 'linux x64' },
  versions: { application: '0.1.0', device: 'CPU', node: 'v24' },
  settings: { ...defaultConfig, rounds: rounds.length },
  training: {
    step: spread,
    imagesPerSecond: spread,
    checkpointCost: spread,
    augmentationCost: spread,
    evaluationImagesPerSecond: spread,
  },
  peers: [],
  unevenness: { 'Digit Studio': unevenness(rounds) },
  limit: { gigaflops: 200, step: 0.5 },
  learning: { 'As in the article': { 0.97: 4.21, 0.985: null } },
  webassembly: { imagesPerSecond: 2800 },
  growth: { batchSizes: {}, epochs: {}, memory: { after5: 1, after50: 1 } },
  window: {
    ...smoothness,
    ...{ startCold: 2000, startWarm: 1500, stepsPerSecond: 200, longRuns: [], memory: 700 },
    drawing: { idle: latency, training: latency },
  },
});

test('the table has the share of the limit, and the time to each accuracy', () => {
  const table = tableOf(figures([2.5, 2.5]));
  expect(table).toMatch(/^Share of that limit +20\.0%$/m);
  expect(table).toMatch(/^As in the article: to 97\.0% of the test set +4\.2 s$/m);
  expect(table).toMatch(/^As in the article: to 98\.5% of the test set +not reached$/m);
});

test('rounds that differ by more than a fifth are said to be useless', () => {
  expect(unevenness([2, 2.5, 3])).toBeCloseTo(0.4);
  expect(tableOf(figures([2, 2.5, 3]))).toContain("not quiet: Digit Studio's rounds differ by 40%");
  expect(tableOf(figures([2.4, 2.5, 2.6]))).not.toContain('not quiet');
});
