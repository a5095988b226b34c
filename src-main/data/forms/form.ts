import { UserError, reasonOf } from '../../base/errors';
import { Refusal } from '../../base/refusal';
import type { DataFile } from '../data-files';
import type { LabelledImages } from '../mnist';

/** A training or test set that was read. */
export interface ReadSet extends LabelledImages {
  /** Notes for people about how it was read. */
  notices: string[];
}

/** @returns null if there are images without labels, which cannot be used */
export type SetReader = () => Promise<ReadSet | null>;

/** A dataset found among the files, and how to read it. */
export interface FoundDataset {
  /** Its path relative to the chosen folder; '' for that folder itself. */
  folder: string;
  /** null if there are no files of this part. */
  train: SetReader | null;
  test: SetReader | null;
  /** Whether this format often has a single set; part of it is then used as the test set. */
  mayLackTest: boolean;
}

/**
 * Reads and parses a file.
 * @throws UserError `dataset-invalid` naming the file and what is wrong with it
 */
export async function readAs<T>(file: DataFile, parse: (bytes: Buffer) => T | Promise<T>): Promise<T> {
  try {
    return await parse(await file.read());
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Refusal ? error.message : reasonOf(error);
    throw new UserError('dataset-invalid', `${file.path} cannot be used: ${reason}.`, { cause: error });
  }
}

export type Part = 'train' | 'test' | 'validation';

/** The part that a name contains; null if it does not say. */
export function partOf(name: string): Part | null {
  if (/train/i.test(name)) return 'train';
  if (/test|t10k/i.test(name)) return 'test';
  return /valid|(^|[^a-z])val([^a-z]|$)/i.test(name) ? 'validation' : null;
}

/** Whether a folder's name says that it holds one part of a dataset, as `train` does. */
export function isPartFolder(name = ''): boolean {
  return /^(train(ing)?|test(ing)?|t10k|val(id(ation)?)?)[-_ ]?(set|data)?$/i.test(name);
}
