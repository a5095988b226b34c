import { beforeAll, expect, test } from 'vitest';
import type { PinnedDrawing as View } from '../../../../src-preload/recognition';
import { defaultConfig } from '../../../../src-preload/schemas';
import { openStore } from '../../../../src-main/checkpoints/store';
import { PIXELS } from '../../../../src-main/data/mnist';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { createNetwork } from '../../../../src-main/network/create-network';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { PinnedDrawing } from '../../../../src-main/session/pinned-drawing';
import { Session } from '../../../../src-main/session/session';
import { temporaryFolder } from '../../temporary-folder';
import { smallDataset } from '../small-dataset';

beforeAll(() => loadTensorFlow());

const epochsOf = (view: View | null) => view?.answers.map(({ epoch }) => epoch);

test('the answers are those of one run, in the order of its epochs', () => {
  const told: (View | null)[] = [];
  const pinned = new PinnedDrawing((_name, payload) => told.push(payload as View | null));
  const network = createNetwork(initialWeights(1));
  pinned.follow('a');
  pinned.readAgain(network, 0);
  expect(told).toEqual([]);
  pinned.pin(new Uint8Array(PIXELS));
  for (const epoch of [0, 1, 2]) pinned.readAgain(network, epoch);
  expect(epochsOf(pinned.view)).toEqual([0, 1, 2]);
  // It continued from an older checkpoint: what came after it is trained again.
  pinned.follow('a');
  pinned.readAgain(network, 1);
  expect(epochsOf(pinned.view)).toEqual([0, 1]);
  // One that begins with other epochs behind it is tested only after the next.
  pinned.follow('b');
  expect(told.at(-1)).toMatchObject({ answers: [] });
  pinned.readAgain(network, 1);
  expect(epochsOf(pinned.view)).toEqual([1]);
  expect(told.at(-1)).toEqual(pinned.view);
  network.dispose();
});

test('a run of another folder does not continue the answers of one with its name', async () => {
  const pinned = new PinnedDrawing(() => undefined);
  const device = await loadTensorFlow();
  const data = await smallDataset();
  const session = new Session(device, data, null, () => undefined, pinned);
  pinned.pin(data.test.images.slice(0, PIXELS));
  for (const epochs of [2, 1]) {
    await session.useFolder(await openStore(await temporaryFolder()));
    await session.start({ ...defaultConfig, epochs });
    await session.settled();
    expect(session.events.view.run).toBe('run-1');
  }
  expect(epochsOf(pinned.view)).toEqual([0, 1]);
  session.dispose();
});
