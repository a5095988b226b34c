import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadDataset } from '../../../src-main/data/load';
import { type LabelledImages, type MnistDataset, PIXELS, SIDE } from '../../../src-main/data/mnist';

/** The first images of the real MNIST, for epochs short enough to train many in a test. */
export async function smallDataset(trainCount = 640, testCount = 200): Promise<MnistDataset> {
  const { name, sha256, train, test } = await loadDataset(null);
  return { name: `${name} (${trainCount})`, sha256, train: firstOf(train, trainCount), test: firstOf(test, testCount) };
}

/** Writes the same as IDX files, for programs that take a data folder. */
/** @param change applied to each pixel */
export async function writeSmallDataset(folder: string, change = (value: number) => value): Promise<void> {
  const { train, test } = await smallDataset();
  await mkdir(folder);
  for (const [part, { count, images, labels }] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    await writeFile(join(folder, `${part}-images-idx3-ubyte`), idx([count, SIDE, SIDE], images.map(change)));
    await writeFile(join(folder, `${part}-labels-idx1-ubyte`), idx([count], labels));
  }
}

function idx(dims: number[], values: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.writeUInt32BE(0x800 + dims.length);
  dims.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, values]);
}

function firstOf({ images, labels }: LabelledImages, count: number): LabelledImages {
  return { count, images: images.slice(0, count * PIXELS), labels: labels.slice(0, count) };
}
