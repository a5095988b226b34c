/** How fast a network learns: the seconds of training until it reads a share of MNIST's test set. */
import type { RunConfig } from '../../src-preload/schemas';
import { loadDataset } from '../../src-main/data/load';
import type { MnistDataset } from '../../src-main/data/mnist';
import { loadTensorFlow } from '../../src-main/engine/tensorflow';
import { evaluateAll } from '../../src-main/training/evaluate';
import { Trainer, initialState } from '../../src-main/training/trainer';
import { presets } from '../../src-renderer/state/presets';

/** The shares of the test set. */
const SHARES = [0.97, 0.98, 0.985];
/** The number of steps between two tests. */
const STEPS = 50;

/** Seconds of training by share; null if it was not reached in the run's epochs. */
export type LearningTimes = Record<string, number | null>;

/** By the preset's title. */
export type LearningFigures = Record<string, LearningTimes>;

/** The presets that are meant for MNIST's own test set. */
const PRESETS = ['article', 'accurate'];

export async function learning(): Promise<LearningFigures> {
  await loadTensorFlow();
  const data = await loadDataset(null);
  const measured = presets.filter(({ id }) => PRESETS.includes(id));
  return Object.fromEntries(measured.map(({ title, config }) => [title, timesOf(data, config)]));
}

/** Trains until all shares are reached, or to the end. The clock stops during tests. */
function timesOf(data: MnistDataset, config: RunConfig): LearningTimes {
  const trainer = new Trainer(data, config, initialState(config.seed));
  const times: LearningTimes = Object.fromEntries(SHARES.map((share) => [share, null]));
  const steps = config.epochs * trainer.stepsPerEpoch;
  let seconds = 0;
  for (let step = 1; step <= steps && Object.values(times).includes(null); step++) {
    const began = performance.now();
    trainer.trainStep();
    seconds += (performance.now() - began) / 1000;
    if (step % STEPS > 0 && step < steps) continue;
    const { correct, total } = evaluateAll(trainer.network, data.test);
    for (const share of SHARES) if (correct / total >= share) times[share] ??= seconds;
  }
  trainer.dispose();
  return times;
}
