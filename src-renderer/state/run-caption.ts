import type { Dataset } from '@contract/contract';
import type { RunConfig } from '@contract/schemas';
import type { Caption } from '../charts/picture';
import { count, many, percent } from '../format';

interface CaptionedRun {
  name: string | null;
  config: RunConfig | null;
  testAccuracy: number | null;
  epoch: number;
}

type CaptionedData = Pick<Dataset, 'name' | 'trainCount' | 'testCount'>;

/** The caption of a run's saved picture. */
export function captionOf({ name, config, testAccuracy, epoch }: CaptionedRun, dataset: CaptionedData | null): Caption {
  const result =
    testAccuracy === null ? '' : `: ${percent(testAccuracy)} on the test set after ${many(epoch, 'epoch')}`;
  const data =
    dataset === null
      ? []
      : [`${dataset.name}, ${many(dataset.trainCount, 'training image')}, ${many(dataset.testCount, 'test image')}`];
  return {
    title: `${name ?? 'No run'}${result}`,
    details: [...data, ...(config === null ? [] : [settingsOf(config)])],
  };
}

function settingsOf(config: RunConfig): string {
  return [
    many(config.epochs, 'epoch'),
    `batch size ${count(config.batchSize)}`,
    `learning rate ${config.learningRate}`,
    `momentum ${config.momentum}`,
    `seed ${config.seed}`,
    config.augmentation ? 'with augmentation' : 'no augmentation',
  ].join(' · ');
}
