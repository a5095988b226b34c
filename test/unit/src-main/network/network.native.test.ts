import { beforeAll, expect, test } from 'vitest';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { expectSameLogProbabilities, expectSameTraining } from './reference';

beforeAll(async () => {
  const device = await loadTensorFlow();
  // Everything below would also pass on the JavaScript backend, so make sure that this is the native one.
  expect(device).toMatchObject({ backend: 'tensorflow', problem: null });
});

test("PyTorch's weights give PyTorch's log-probabilities", expectSameLogProbabilities);

test("training without dropout gives PyTorch's gradients, losses and weights", () => expectSameTraining());
