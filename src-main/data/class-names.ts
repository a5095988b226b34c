/** Reads the names of a dataset's classes from a text file beside the data, if there is one. */
import { parseClassNames } from '@contract/class-names';
import { Refusal } from '../base/refusal';
import { reasonOf } from '../base/errors';
import type { DataFile } from './data-files';

/** `classes.txt`, `labels.txt`, `class_names.txt` and the like. */
const FILE_NAME = /^(class(es)?|labels?)([-_ ]?names?)?\.txt$/i;

/** In bytes; ten names are shorter. */
const MAX_SIZE = 10_000;

interface Found {
  /** The names of classes 0 to 9; null if no file has them. */
  classNames: string[] | null;
  /** Why a file was not used, as a sentence; may be empty. */
  notices: string[];
}

/** Reads the uppermost file with such a name. An unusable file gives a notice, and the classes are digits. */
export async function findClassNames(files: DataFile[]): Promise<Found> {
  const candidates = files.filter(({ name }) => FILE_NAME.test(name));
  const [file] = candidates.sort((a, b) => a.folders.length - b.folders.length);
  if (!file) return { classNames: null, notices: [] };
  try {
    const bytes = await file.read();
    if (bytes.length > MAX_SIZE) throw new Refusal('It is too long for ten names.');
    const { names, problem } = parseClassNames(bytes.toString('utf8'));
    if (problem !== null) throw new Refusal(problem);
    return { classNames: names, notices: [] };
  } catch (error) {
    const reason = error instanceof Refusal ? error.message : reasonOf(error);
    return { classNames: null, notices: [`${file.name} was not used for the class names. ${reason}`] };
  }
}
