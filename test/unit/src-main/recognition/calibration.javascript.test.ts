import { expect, test } from 'vitest';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { calibrateInTurns } from '../../../../src-main/recognition/calibration';
import { createNetwork } from '../../../../src-main/network/create-network';
import { zeroWeights } from '../../../../src-main/network/parameters';
import { smallDataset } from '../small-dataset';

test('a network in plain JavaScript is not calibrated, since that would hold up everything else for a minute', async () => {
  await loadTensorFlow('javascript');
  const { train } = await smallDataset(10, 10);
  expect(await calibrateInTurns(createNetwork(zeroWeights()), train, () => true)).toBeNull();
});
