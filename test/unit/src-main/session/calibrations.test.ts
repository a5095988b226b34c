import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type Drawing, defaultConfig } from '../../../../src-preload/schemas';
import type { MnistDataset } from '../../../../src-main/data/mnist';
import { readWeightsFile } from '../../../../src-main/exchange/weights-file';
import { defaultCalibration } from '../../../../src-main/recognition/calibration';
import { withReadablePen } from '../../../../src-main/recognition/pen-width';
import { rasterize } from '../../../../src-main/recognition/rasterize';
import { type Reader, readInk } from '../../../../src-main/recognition/reading';
import { mostLikely } from '../../../../src-main/training/evaluate';
import type { Session } from '../../../../src-main/session/session';
import { penDigit } from '../../../../src-main/synthesis/pen-digits';
import { decodeNonDigits } from '../../../fixtures/non-digits/encoding';
import { temporaryFolder } from '../../temporary-folder';
import { smallDataset } from '../small-dataset';
import { prepareSessions, sessionIn } from './session-in-folder';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');

prepareSessions();

const nonDigits = decodeNonDigits(readFileSync(join(FIXTURES, 'non-digits/drawings.json'), 'utf8'));
const penDigits = Array.from({ length: 300 }, (_, i) => ({ label: i % 10, drawing: penDigit(i % 10, 0xd1617, i) }));

const read = (reader: Reader, drawing: Drawing) => readInk(reader, rasterize(withReadablePen(drawing)));

/** The number of images that the network reads correctly, and how many of them it rejects. */
function refusedOfRight(reader: Reader): { right: number; refused: number } {
  const readings = penDigits.map(({ label, drawing }) => ({ label, ...read(reader, drawing) }));
  const right = readings.filter(({ label, probabilities }) => mostLikely(probabilities) === label);
  return { right: right.length, refused: right.filter(({ digit }) => digit === null).length };
}

const refused = (reader: Reader, drawings: { drawing: Drawing }[]) =>
  drawings.filter(({ drawing }) => read(reader, drawing).digit === null).length;

const calibrationOf = ({ activeModel }: Session) => activeModel.requireReader().calibration;

async function untilCalibrated(session: Session) {
  await vi.waitFor(() => expect(calibrationOf(session)).not.toEqual(defaultCalibration), { timeout: 30_000 });
  return calibrationOf(session);
}

/** As many steps as an epoch of MNIST at the default batch size, with a quarter of the images. */
const young = { ...defaultConfig, epochs: 1, batchSize: 16 };

test('a young network rejects far fewer correctly read digits, and the same ones after a restart', async () => {
  const data: MnistDataset = await smallDataset(15_000, 1000);
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder, data);
  await session.start(young);
  await session.settled();
  const calibration = await untilCalibrated(session);
  const { network } = session.activeModel.requireReader();

  const before = refusedOfRight({ network, calibration: defaultCalibration });
  const after = refusedOfRight({ network, calibration });
  expect(before.right).toBeGreaterThan(200);
  expect(after.right).toBe(before.right);
  expect(before.refused).toBeGreaterThanOrEqual(15);
  expect(after.refused).toBeLessThanOrEqual(before.refused / 2);
  expect(refused({ network, calibration }, nonDigits) / nonDigits.length).toBeGreaterThan(0.3);

  // The calibration follows from the weights: those of the checkpoint, of the reopened run, and of its weights file.
  const step = session.activeModel.model.step;
  const checkpoint = { run: 'run-1', name: `step-${String(step).padStart(8, '0')}` };
  await session.activeModel.chooseCheckpoint(session.store!, checkpoint);
  expect(calibrationOf(session)).toEqual(calibration);
  session.dispose();
  const { session: again, told } = await sessionIn(folder, data);
  const models = () => told.filter(({ name }) => name === 'model').length;
  const toldBefore = models();
  expect(await untilCalibrated(again)).toEqual(calibration);
  // The window reads the drawing again after this event.
  await vi.waitFor(() => expect(models()).toBeGreaterThan(toldBefore));
  await again.openWeights(await readWeightsFile(join(folder, 'run-1', checkpoint.name, 'model.safetensors')));
  expect(again.activeModel.model.source).toBe('weights');
  expect(await untilCalibrated(again)).toEqual(calibration);
  again.dispose();
});

test('a network that has learned nothing keeps the default, and rejects everything', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.start(defaultConfig, undefined, 1);
  await session.settled();
  await session.activeModel.calibrate();
  expect(calibrationOf(session)).toEqual(defaultCalibration);
  const reader = session.activeModel.requireReader();
  expect(refused(reader, penDigits)).toBe(penDigits.length);
  session.dispose();
});
