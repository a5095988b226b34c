/** Each request with what its argument must be, and an argument that is as it must be. */
import { z } from 'zod';
import type { RequestName } from '../../../src-preload/contract';
import {
  CheckpointName,
  Drawing,
  DrawingId,
  GreyImage,
  GreyPicture,
  KeptDrawing,
  MoreEpochs,
  PngImage,
  RunConfig,
  RunName,
  defaultConfig,
} from '../../../src-preload/schemas';

const id = '11111111-1111-4111-8111-111111111111';
const pixels = Buffer.alloc(784, 7).toString('base64');
const strokes = [
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
const nothing = { schema: z.undefined() as z.ZodType, valid: undefined as unknown };

export const requests: Record<RequestName, { schema: z.ZodType; valid: unknown }> = {
  getStudio: nothing,
  chooseFolder: nothing,
  openFolder: nothing,
  chooseDataFolder: nothing,
  useBundledData: nothing,
  saveConfig: { schema: RunConfig, valid: defaultConfig },
  start: { schema: RunConfig, valid: defaultConfig },
  pause: nothing,
  resume: nothing,
  stop: nothing,
  addEpochs: { schema: MoreEpochs, valid: 3 },
  openRun: { schema: RunName, valid: 'run-7' },
  openCheckpoint: { schema: CheckpointName, valid: { run: 'run-7', name: 'step-00000010' } },
  openRunFolder: { schema: RunName, valid: 'run-7' },
  removeRun: { schema: RunName, valid: 'run-7' },
  openWeights: nothing,
  exportModel: nothing,
  newSamples: nothing,
  recognize: { schema: Drawing, valid: { strokes } },
  recognizeImage: { schema: GreyPicture, valid: { width: 28, height: 28, pixels } },
  lookInside: { schema: GreyImage, valid: pixels },
  pinDrawing: { schema: GreyImage.nullable(), valid: pixels },
  getKeptDrawings: nothing,
  keepDrawing: { schema: KeptDrawing, valid: { id, label: 3, pixels, strokes } },
  forgetDrawing: { schema: DrawingId, valid: id },
  testKeptDrawings: nothing,
  openDrawingsFolder: nothing,
  saveChart: { schema: PngImage, valid: png },
  saveHistory: nothing,
};
