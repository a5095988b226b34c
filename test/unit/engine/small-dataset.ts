import { type LabelledImages, type MnistDataset, PIXELS, loadDataset } from '../../../src-main/data/mnist';

/** The first images of the real MNIST: epochs short enough to train many in a test. */
export async function smallDataset(trainCount = 640, testCount = 200): Promise<MnistDataset> {
  const { name, sha256, train, test } = await loadDataset(null);
  return { name: `${name} (${trainCount})`, sha256, train: firstOf(train, trainCount), test: firstOf(test, testCount) };
}

function firstOf({ images, labels }: LabelledImages, count: number): LabelledImages {
  return { count, images: images.slice(0, count * PIXELS), labels: labels.slice(0, count) };
}
