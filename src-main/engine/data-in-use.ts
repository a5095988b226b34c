/** The data that the engine uses, their source, and doubts about them. */
import type { DataDoubt, Dataset } from '@contract/contract';
import type { DataSource, ImageChoice } from '@contract/schemas';
import { OtherDataError, UserError, problemFrom } from '../base/errors';
import { type LoadedDataset, loadDataset } from '../data/load';
import { remedyOf } from '../data/remedy';
import type { BundledModel } from '../recognition/bundled-model';
import { checkData, describeCheck } from '../recognition/data-check';
import type { RunWithData, WaitingRunWithData } from './protocol';

export interface DataInUse {
  data: LoadedDataset;
  /** null for the bundled MNIST. */
  source: DataSource | null;
  /** See `Dataset.doubt`. */
  doubt: DataDoubt | null;
}

/**
 * @param source null for the bundled MNIST
 * @param bundled checks the images if the person has not chosen how they are used; null if there is no such network
 * @throws UserError see `loadDataset`
 */
export async function loadData(source: DataSource | null, bundled: BundledModel | null): Promise<DataInUse> {
  const data = await loadDataset(source?.folder ?? null, remedyOf(source?.images ?? null));
  const doubt = bundled && source?.images === null ? doubtAbout(data, bundled) : null;
  return { data, source, doubt };
}

/** @throws OtherDataError if the source does not contain the data that the run was trained on */
export function loadDataOf({ dataSource, ...about }: RunWithData, bundled: BundledModel | null): Promise<DataInUse> {
  const { run, dataset, sha256 } = about;
  const refuse: Refuse = (message, options) => new OtherDataError(message, about, options);
  return loadExactly({ dataSource, sha256 }, bundled, `${run} was trained on ${dataset}`, refuse);
}

/** @throws UserError `other-data` if the source does not contain the data that the run needs */
export function loadDataOfWaitingRun(
  { dataset, ...wanted }: WaitingRunWithData,
  bundled: BundledModel | null,
): Promise<DataInUse> {
  const refuse: Refuse = (message, options) => new UserError('other-data', message, options);
  return loadExactly(wanted, bundled, `The waiting run needs ${dataset}`, refuse);
}

type Refuse = (message: string, options?: ErrorOptions) => UserError;

/** @param need why exactly these data are wanted @param refuse makes the error if the source does not contain them */
async function loadExactly(
  { dataSource, sha256 }: Pick<RunWithData, 'dataSource' | 'sha256'>,
  bundled: BundledModel | null,
  need: string,
  refuse: Refuse,
): Promise<DataInUse> {
  const inUse = await loadData(dataSource, bundled).catch((error: unknown) => {
    throw refuse(`${problemFrom(error).message} ${need}.`, { cause: error });
  });
  if (inUse.data.sha256 === sha256) return inUse;
  throw refuse(`${need}, but ${dataSource?.folder ?? inUse.data.name} contains different data.`);
}

/**
 * @returns the same data with this choice; null if it changes the images, which must be loaded again
 * @throws UserError `not-now` for the bundled MNIST
 */
export function withImages(inUse: DataInUse, images: ImageChoice): DataInUse | null {
  const { source } = inUse;
  if (source === null) throw new UserError('not-now', 'The images of the built-in MNIST cannot be changed.');
  return remedyOf(images) === remedyOf(source.images) ? { ...inUse, source: { ...source, images }, doubt: null } : null;
}

/** @throws UserError `not-now` for the bundled MNIST */
export function withClassNames(inUse: DataInUse, classNames: string[] | null): DataInUse {
  if (inUse.source === null) throw new UserError('not-now', 'The classes of the built-in MNIST are always digits.');
  const { folder, images } = inUse.source;
  return { ...inUse, source: { folder, images, ...(classNames && { classNames }) } };
}

function classNamesOf({ data, source }: DataInUse): Dataset['classNames'] {
  if (source?.classNames) return { names: source.classNames, typed: true };
  return data.classNames && { names: data.classNames, typed: false };
}

export function describeData(inUse: DataInUse): Dataset {
  const { data, source, doubt } = inUse;
  const { name, sha256, train, test, notices } = data;
  const images = source?.images ?? null;
  const classNames = classNamesOf(inUse);
  return { name, sha256, trainCount: train.count, testCount: test.count, images, classNames, notices, doubt };
}

/** @param data whose images are used unchanged @returns null if they resemble MNIST's, or if nothing explains the difference */
function doubtAbout({ train }: LoadedDataset, { network }: BundledModel): DataDoubt | null {
  const check = checkData(network, train);
  const { remedy } = check;
  return remedy === null ? null : { message: describeCheck(check)!, remedy };
}
