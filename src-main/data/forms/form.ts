import { UserError, reasonOf } from '../../base/errors';
import { Refusal } from '../../base/refusal';
import type { DataFile } from '../data-files';
import type { LabelledImages } from '../mnist';

/** A training or a test set as it was read. */
export interface ReadSet extends LabelledImages {
  /** What a person should know of how it was read. */
  notices: string[];
}

/** @returns null where there are images without labels, which are of no use here */
export type SetReader = () => Promise<ReadSet | null>;

/** A dataset that was found among the files, and how to read it. */
export interface FoundDataset {
  /** Where it is, from the chosen folder down; '' for that folder itself. */
  folder: string;
  /** Null where there are no files of this part. */
  train: SetReader | null;
  test: SetReader | null;
  /** In this form people have one set only, of which a part is kept for the test. */
  mayLackTest: boolean;
}

/** Finds the datasets of one form by the files' names; reads nothing yet. */
export type Form = (files: DataFile[]) => FoundDataset[];

/**
 * Reads a file and makes something of it.
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

/** "train" or "test" where a name says so. */
export function partOf(name: string): 'train' | 'test' | null {
  if (/train/i.test(name)) return 'train';
  return /test|t10k|valid/i.test(name) ? 'test' : null;
}
