/** `npm run -s bundled-model`: trains the network that comes with the application. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Device } from '@contract/contract';
import { type History, defaultConfig } from '@contract/schemas';
import packageJson from '../../../package.json' with { type: 'json' };
import { writeCheckpoint } from '../../checkpoints/checkpoint';
import { noHistory } from '../../checkpoints/history-file';
import { stateOf } from '../../checkpoints/state-file';
import { loadDataset } from '../../data/load';
import { REJECTED, calibrate, writeCalibration } from '../../recognition/calibration';
import { evaluateAll } from '../../training/evaluate';
import { initialWeights } from '../../network/initial-weights';
import { createNetwork } from '../../network/create-network';
import { withDrawings } from './images';
import { type Schedule, train } from './train';

const counts = { penDigits: 60_000, nonDigits: 28_000 };
const schedule: Schedule = {
  seed: 1,
  epochs: 20,
  unaugmentedEpochs: 3,
  batchSize: 128,
  learningRate: 0.05,
  momentum: 0.9,
};

/** Shared by all bundled models, which are not runs and cannot be continued. */
const RUN_ID = '3f0c1f0e-6a55-4c1d-9a52-5d3f6f1c8b20';

/**
 * Trains the bundled model from its seed and writes it as a checkpoint. On the same device the weights are the same,
 * bit for bit.
 * @param device the device that TensorFlow runs on
 * @param path the checkpoint's folder
 * @param tell called with a line after each epoch
 */
export async function makeBundledModel(device: Device, path: string, tell: (line: string) => void): Promise<void> {
  const data = await loadDataset(null);
  tell(
    `Drawing ${counts.penDigits.toLocaleString('en')} digits and ${counts.nonDigits.toLocaleString('en')} other drawings`,
  );
  const images = withDrawings(data.train, counts, schedule.seed);
  const history: History = { trainLosses: [], trainCounter: [], testLosses: [], testCounter: [], testCorrect: [] };
  const began = performance.now();
  const network = createNetwork(initialWeights(schedule.seed));
  for (const done of train(network, images, schedule)) {
    if (done === null) continue;
    const { epoch, loss } = done;
    const test = evaluateAll(network, data.test);
    const examplesSeen = epoch * images.count;
    history.trainLosses.push(loss);
    history.trainCounter.push(examplesSeen);
    history.testLosses.push(test.loss);
    history.testCorrect.push(test.correct);
    history.testCounter.push(examplesSeen);
    tell(
      `Epoch ${epoch} of ${schedule.epochs}: loss ${loss.toFixed(4)}, MNIST's test set ${test.correct}/${test.total}`,
    );
  }
  const { seed, epochs, batchSize, learningRate, momentum } = schedule;
  await mkdir(dirname(path), { recursive: true });
  await writeCheckpoint(
    path,
    stateOf(
      {
        run: 'bundled-model',
        runId: RUN_ID,
        step: schedule.epochs * Math.ceil(images.count / schedule.batchSize),
        epoch: schedule.epochs,
        examplesSeen: schedule.epochs * images.count,
        config: { ...defaultConfig, epochs, batchSize, learningRate, momentum, seed, augmentation: true },
        history,
        dataset: {
          name: 'MNIST and drawings',
          sha256: data.sha256,
          trainCount: images.count,
          testCount: data.test.count,
        },
        secondsTraining: (performance.now() - began) / 1000,
        application: `Digit Studio ${packageJson.version}`,
        device: device.description,
        savedAt: new Date().toISOString(),
      },
      noHistory,
    ),
    network.weights(),
    network.momentumBuffers(),
  );
  const { logProbabilities } = evaluateAll(network, data.train);
  await writeCalibration(path, calibrate(logProbabilities, data.train.labels, REJECTED.bundled));
}
