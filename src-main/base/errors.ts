import type { OtherData, Problem } from '@contract/contract';

/**
 * An error to be shown to a person: its message says what happened, to what, and what to do.
 * Any other error is a bug in the program.
 */
export class UserError extends Error {
  override name = 'UserError';

  /** @param code identifies the kind of failure, e.g. `dataset-invalid` */
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The error as a value. */
  get problem(): Problem {
    return { code: this.code, message: this.message };
  }
}

/** A request needs a checkpoint folder, but none is chosen. */
export const noFolderError = () => new UserError('no-folder', 'Choose a folder for runs first.');

/** A run needs data other than the loaded data. The code is `other-data`. */
export class OtherDataError extends UserError {
  /** @param about the run and its training data */
  constructor(
    message: string,
    private readonly about: Omit<OtherData, 'isRemembered'>,
    options?: ErrorOptions,
  ) {
    super('other-data', message, options);
  }

  override get problem(): Problem {
    return { ...super.problem, otherData: { ...this.about, isRemembered: false } };
  }
}

const systemWords: Partial<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'a file with this name exists',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is exceeded',
  EROFS: 'the disk is read-only',
  EIO: 'the disk reported an error',
  EMFILE: 'too many open files',
  ELOOP: 'it is a link that leads back to itself',
  ENAMETOOLONG: 'the path is too long',
  EBUSY: 'it is in use by another program',
};

/** Describes an error of any kind to a person. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof UserError) return error.problem;
  const { code, path, message } = (error instanceof Error ? error : new Error(String(error))) as NodeJS.ErrnoException;
  if (code !== undefined && path !== undefined) {
    return { code: 'file-unusable', message: `${path} cannot be used: ${reasonOf(error)}.` };
  }
  return { code: 'internal', message: `An unexpected error occurred: ${message}` };
}

/** The reason why a file operation failed, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code && systemWords[code]) ?? message;
}

const remedies: Partial<Record<string, string>> = {
  ENOSPC: 'Make room',
  EDQUOT: 'Make room',
  ENOENT: 'Bring back the folder',
  ENOTDIR: 'Bring back the folder',
  EACCES: 'Make the folder writable',
  EPERM: 'Make the folder writable',
  EROFS: 'Make the disk writable',
};

/** What to do, in words, after something could not be written to a folder; the other way is another folder. */
export function remedyFor(error: unknown): string {
  return remedies[(error as NodeJS.ErrnoException).code ?? ''] ?? 'Check the disk';
}

/** Whether a file operation failed because nothing exists at its path. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
