/** Reports what a data folder lacks, and what it contains instead. */
import { UserError } from '../base/errors';
import { Refusal } from '../base/refusal';
import { kindOfFile } from '../base/file-kind';
import { type DataFile, MAX_DEPTH, startOf } from './data-files';
import { listOf } from './list-of';

const idxNames = {
  train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
  test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
};
const setNames = { train: 'training set', test: 'test set' };

/** How many of the found files are named. */
const MAX_NAMED = 6;

/** @param folder the chosen folder */
export function missingFile(
  part: 'train' | 'test',
  content: 'images' | 'labels',
  files: DataFile[],
  folder: string,
): UserError {
  return new UserError(
    'dataset-invalid',
    `${folder} has no ${content} for the ${setNames[part]}: ${idxNames[part][content]} (may be gzipped) is missing. It contains ${contentsOf(files.map((file) => file.name))}.`,
  );
}

export function missingSet(part: 'train' | 'test', files: DataFile[], folder: string): UserError {
  const { images, labels } = idxNames[part];
  return new UserError(
    'dataset-invalid',
    `${folder} has no ${setNames[part]}, such as ${images} and ${labels}. It contains ${contentsOf(files.map((file) => file.name))}.`,
  );
}

/** The error for a folder without any dataset. */
export async function missingDataset(files: DataFile[], folder: string): Promise<UserError> {
  const described = await Promise.all(files.slice(0, MAX_NAMED).map(describe));
  const names = [...described, ...files.slice(MAX_NAMED).map((file) => file.name)];
  return new UserError(
    'dataset-invalid',
    `${folder} contains no dataset that can be read. It contains ${contentsOf(names)}. Choose a folder with MNIST's four files (${idxNames.train.images} and so on), mnist.npz, mnist_train.csv and mnist_test.csv, or pictures in folders such as train/7.`,
  );
}

async function describe(file: DataFile): Promise<string> {
  const kind = await startOf(file).then((start) => kindOf(start, file.name), damageWords);
  return kind === null ? file.name : `${file.name} (${kind})`;
}

function kindOf(start: Buffer, name: string): string | null {
  const isIdx = start.length > 4 && start[0] === 0 && start[1] === 0 && start[2]! >= 8 && start[3]! <= 4;
  return isIdx ? "an IDX file; rename it to one of MNIST's names" : kindOfFile(start, name);
}

const damageWords = (error: unknown) => (error instanceof Refusal ? error.message : null);

const contentsOf = (names: string[]) =>
  names.length === 0 ? `no files up to ${MAX_DEPTH} folders deep` : listOf(names, MAX_NAMED);
