/** Finds datasets of four arrays: MNIST's IDX files, or the NumPy arrays of an `.npz` archive. */
import { UserError } from '../../base/errors';
import type { DataFile } from '../data-files';
import { PIXELS } from '../mnist';
import { type Read, imagesOf, labelsOf } from './content';
import { type FoundDataset, type SetReader, isPartFolder, readAs } from './form';
import { parseIdx } from './idx';
import { isNpy, parseNpy } from './npy';
import { missingFile } from '../missing';
import type { NumberArray } from './number-array';

interface Role {
  part: 'train' | 'test';
  content: 'images' | 'labels';
  /** The part of the name before it, such as "emnist-digits-". */
  prefix: string;
}

/** `train-images-idx3-ubyte`; a hyphen may be `.`, `_` or missing, `t10k` may be `test`, and the name may be longer. */
const IDX_NAME = /^(?<prefix>.*?)(?<part>train|t10k|test)-?(?<content>images|labels)-?idx\d-?[a-z]+/;
/** `x_train`, as in Keras. */
const KERAS_NAME = /^(?<prefix>)(?<content>x|y)-?(?<part>train|test)\.npy$/;
/** `train_images`, and KMNIST's `kmnist-train-imgs`. */
const NPY_NAME = /^(?<prefix>.*?)(?<part>train|t10k|test)-(?<content>images|imgs|x|labels|y)\b.*\.np[yz]$/;

/** The part of a dataset that a file contains according to its name; null if the name does not say. */
export function roleOf(name: string): Role | null {
  const plain = name.toLowerCase().replace(/[_ ]|\.(?=idx)/g, '-');
  const {
    part,
    content,
    prefix = '',
  } = (IDX_NAME.exec(plain) ?? KERAS_NAME.exec(plain) ?? NPY_NAME.exec(plain))?.groups ?? {};
  if (part === undefined || content === undefined) return null;
  return {
    part: part === 'train' ? 'train' : 'test',
    content: content === 'labels' || content === 'y' ? 'labels' : 'images',
    prefix,
  };
}

type Candidates = Record<Role['part'], Record<Role['content'], DataFile[]>>;

/** The files of one dataset. */
interface Found {
  /** Where they are, below the chosen folder. */
  folders: string[];
  prefix: string;
  candidates: Candidates;
}

/** @param folder the chosen folder, for error messages */
export function findArrays(files: DataFile[], folder: string): FoundDataset[] {
  const datasets = new Map<string, Found>();
  for (const file of files) {
    const folders = [...file.folders];
    // A folder or archive named like the file in it is not the dataset's folder.
    let role = roleOf(file.name);
    while (folders.length > 0) {
      const outer = roleOf(folders.at(-1)!);
      if (outer === null && !/\.npz$/i.test(folders.at(-1)!)) break;
      folders.pop();
      if (isArray(file.name)) role ??= outer;
    }
    if (role === null) continue;
    datasetIn(datasets, folders, role.prefix).candidates[role.part][role.content].push(file);
  }
  for (const dataset of [...datasets.values()]) addToFolderAbove(dataset, datasets);
  return [...datasets.values()].map(({ folders, candidates }) => ({
    folder: folders.join('/'),
    train: readerOf(candidates, 'train', files, folder),
    test: readerOf(candidates, 'test', files, folder),
    mayLackTest: false,
  }));
}

const keyOf = (folders: string[], prefix: string) => JSON.stringify([folders, prefix]);

/** The dataset with this prefix in this folder; an empty one if there is none yet. */
function datasetIn(datasets: Map<string, Found>, folders: string[], prefix: string): Found {
  const key = keyOf(folders, prefix);
  const candidates = { train: { images: [], labels: [] }, test: { images: [], labels: [] } };
  const dataset = datasets.get(key) ?? { folders, prefix, candidates };
  datasets.set(key, dataset);
  return dataset;
}

/** Adds what is in a folder named after its only content, such as `train` or `labels`, to the dataset in the folder above. */
function addToFolderAbove({ folders, prefix, candidates: { train, test } }: Found, datasets: Map<string, Found>): void {
  const name = folders.at(-1);
  const isOnePart =
    isPartFolder(name) && [train, test].some(({ images, labels }) => images.length + labels.length === 0);
  const isOneContent =
    /^(images|labels)$/i.test(name ?? '') &&
    [train.images.length + test.images.length, train.labels.length + test.labels.length].includes(0);
  if (!isOnePart && !isOneContent) return;
  datasets.delete(keyOf(folders, prefix));
  const outer = datasetIn(datasets, folders.slice(0, -1), prefix);
  for (const content of ['images', 'labels'] as const) {
    outer.candidates.train[content].push(...train[content]);
    outer.candidates.test[content].push(...test[content]);
  }
  addToFolderAbove(outer, datasets);
}

const isArray = (name: string) => /\.npy$/i.test(name);

function readerOf(candidates: Candidates, part: Role['part'], files: DataFile[], folder: string): SetReader | null {
  const { images, labels } = candidates[part];
  if (images.length === 0 && labels.length === 0) return null;
  return async () => {
    const [imagesFile, readImages] = await firstUsable(images, imagesOf, () =>
      missingFile(part, 'images', files, folder),
    );
    const [labelsFile, readLabels] = await firstUsable(labels, labelsOf, () =>
      missingFile(part, 'labels', files, folder),
    );
    const count = readLabels.content.length;
    const imageCount = readImages.content.length / PIXELS;
    if (count !== imageCount) {
      throw new UserError(
        'dataset-invalid',
        `${labelsFile.path} has ${count.toLocaleString('en')} labels, but ${imagesFile.path} has ${imageCount.toLocaleString('en')} images. Each image needs one label.`,
      );
    }
    const notices = [
      ...(readImages.notice === null ? [] : [`${imagesFile.path} ${readImages.notice}.`]),
      ...(readLabels.notice === null ? [] : [`${labelsFile.path} ${readLabels.notice}.`]),
    ];
    return { count, images: readImages.content, labels: readLabels.content, notices };
  };
}

/** Reads the first usable one of several files for one purpose, such as a plain and a gzipped one. */
async function firstUsable(
  files: DataFile[],
  read: (array: NumberArray) => Read<Uint8Array>,
  missingError: () => UserError,
): Promise<[DataFile, Read<Uint8Array>]> {
  let problem: UserError | null = null;
  for (const file of files) {
    try {
      return [file, await readAs(file, (bytes) => read(isNpy(bytes) ? parseNpy(bytes) : parseIdx(bytes)))];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problem ??= error;
    }
  }
  throw problem ?? missingError();
}
