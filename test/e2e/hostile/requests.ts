/** Each request with the schema of its argument and a valid argument. */
import type { z } from 'zod';
import { type RequestArgument, type RequestName, requestNames, requests as table } from '../../../src-preload/requests';
import { defaultConfig } from '../../../src-preload/schemas';

const id = '11111111-1111-4111-8111-111111111111';
const pixels = Buffer.alloc(784, 7).toString('base64');
const strokes: RequestArgument<'recognize'>['strokes'] = [
  {
    width: 20,
    erases: false,
    points: [
      [140, 60],
      [140, 220, 1.5],
    ],
  },
];
const png = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10, 0]).toString('base64');

type WithArgument = { [N in RequestName]: undefined extends RequestArgument<N> ? never : N }[RequestName];

const valid: { [N in WithArgument]: RequestArgument<N> } = {
  saveConfig: defaultConfig,
  start: defaultConfig,
  startFrom: { config: defaultConfig, from: { run: 'run-7', name: 'step-00000010' } },
  compareRuns: [{ run: 'run-7', folder: 0 }],
  compareAnswers: [
    { run: 'run-7', folder: 0 },
    { run: 'run-8', folder: 1 },
  ],
  getTrial: id,
  saveComparison: [{ run: 'run-7', folder: 0 }],
  saveComparisonChart: png,
  enqueue: { config: defaultConfig, from: 'weights' },
  takeBack: [id],
  tryChange: { config: defaultConfig, setting: 'momentum', values: [0.5, 0.9], seeds: 3 },
  setRunDetails: { run: 'run-7', name: 'Mine', note: 'A note' },
  useRecentFolder: '/home/someone/digits',
  copyRunPath: 'run-7',
  addEpochs: 3,
  openRun: 'run-7',
  openRunWithItsData: 'run-7',
  loadDataOfWaitingRun: id,
  openCheckpoint: { run: 'run-7', name: 'step-00000010' },
  openStep: { run: 'run-7', step: 10 },
  openRunFolder: 'run-7',
  removeRun: 'run-7',
  readWith: 'bundled',
  takeApart: { run: 'run-7', step: 10 },
  switchOff: { firstLayer: [0], secondLayer: [], units: [] },
  recognize: { strokes },
  recognizeImage: { width: 28, height: 28, pixels },
  findDigits: { width: 28, height: 28, pixels },
  lookInside: pixels,
  convolve: { image: pixels, place: { layer: 'secondLayer', map: 19, x: 7, y: 0 } },
  explainInk: { strokes },
  findStroke: { drawing: { strokes }, digit: 3 },
  getUnits: pixels,
  getTestImages: [0, 9_999],
  pinDrawing: pixels,
  chooseLessonNetwork: { run: 'run-7', network: 'before' },
  keepDrawing: { id, label: 3, pixels, strokes },
  relabelDrawing: { id, label: 3 },
  forgetDrawing: id,
  saveChart: png,
  saveDrawing: png,
  saveTestImage: { index: 3, png },
  exportModel: 'onnx',
  useImages: 'inverted',
  useClassNames: Array.from('abcdefghij'),
  useDevice: 'wasm',
  useSnapshotRoom: 50,
  getSnapshotBytes: 'run-7',
  removeSnapshots: 'run-7',
};

export const requests = Object.fromEntries(
  requestNames.map((name) => [name, { schema: table[name].argument, valid: (valid as Record<string, unknown>)[name] }]),
) as unknown as Record<RequestName, { schema: z.ZodType; valid: unknown }>;
