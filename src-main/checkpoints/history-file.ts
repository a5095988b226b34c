/**
 * `history.bin` in a run's folder: the run's history, which is only appended to. Each checkpoint stores the length and
 * checksum of the part that it refers to. The file may be longer than the newest checkpoint says, if a process ended
 * before its next checkpoint; the excess is cut off when the run continues.
 *
 * The file begins with eight bytes that identify its format. Records of 16 bytes follow, little-endian, in the order of
 * measurement: the value as a float64, the number of training examples seen (48 bits), and the kind of value (16 bits).
 * A test takes two records: its loss and the number of test images classified correctly.
 */
import { type Hash, createHash, hash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { History } from '@contract/schemas';
import { UserError, isMissing } from '../base/errors';
import { SAFELY, readAt, writeWhole } from '../base/positioned-files';
import type { FileRecord } from './state-file';

export const HISTORY_FILE = 'history.bin';
/** A history file that is being written. */
export const TEMPORARY_HISTORY = '.tmp-history';

export const HEADER = Buffer.from('DSHIST1\n');
export const RECORD_BYTES = 16;
export const Kind = { trainLoss: 0, testLoss: 1, testCorrect: 2 } as const;

/** The record of an empty history, for checkpoints that belong to no run. */
export const noHistory: FileRecord = { bytes: HEADER.length, sha256: hash('sha256', HEADER, 'hex') };

/** The amount of history that the file contains. */
interface Written {
  trainLosses: number;
  tests: number;
  bytes: number;
  hash: Hash;
}

/** Writes a run's history. The run must be locked. */
export class HistoryWriter {
  readonly #path: string;
  #written: Written | null = null;

  /** @param folder the run's folder */
  constructor(folder: string) {
    this.#path = join(folder, HISTORY_FILE);
  }

  /**
   * Appends new values to the file in the system's cache. The first call makes the file match the whole history: it
   * cuts off any excess, and replaces a file that is missing or has other content.
   *
   * @param history its lists must only be appended to
   * @returns the record to store in a checkpoint
   * @throws UserError `diverged` for a loss that is not finite; the file system's error
   */
  append(history: History): FileRecord {
    if (this.#written === null || !this.#add(history, this.#written)) this.#written = this.#writeAll(history);
    const { bytes, hash } = this.#written;
    return { bytes, sha256: hash.copy().digest('hex') };
  }

  /** @returns false if the file was changed by others, or contains more than this history */
  #add(history: History, written: Written): boolean {
    if (history.trainLosses.length < written.trainLosses || history.testLosses.length < written.tests) return false;
    const records = encodeRecords(history, written.trainLosses, written.tests);
    if (!writeAt(this.#path, records, written.bytes)) return false;
    written.hash.update(records);
    written.bytes += records.length;
    written.trainLosses = history.trainLosses.length;
    written.tests = history.testLosses.length;
    return true;
  }

  #writeAll(history: History): Written {
    const content = Buffer.concat([HEADER, encodeRecords(history, 0, 0)]);
    const there = readStart(this.#path, content.length);
    const isOurs = there !== null && there.length > 0 && content.subarray(0, there.length).equals(there);
    if (!isOurs || !writeAt(this.#path, content.subarray(there.length), there.length)) {
      replaceFile(this.#path, content);
    }
    return {
      trainLosses: history.trainLosses.length,
      tests: history.testLosses.length,
      bytes: content.length,
      hash: createHash('sha256').update(content),
    };
  }
}

/**
 * Encodes the records of a history from the given training loss and test onwards.
 * @throws UserError `diverged` for a loss that is not finite
 */
function encodeRecords(history: History, fromTrainLoss: number, fromTest: number): Buffer {
  const { trainLosses, trainCounter, testLosses, testCounter, testCorrect } = history;
  const count = trainLosses.length - fromTrainLoss + 2 * (testLosses.length - fromTest);
  const bytes = Buffer.alloc(count * RECORD_BYTES);
  let offset = 0;
  const put = (kind: number, examplesSeen: number, value: number) => {
    if (!Number.isFinite(value)) throw notFinite(examplesSeen);
    bytes.writeDoubleLE(value, offset);
    bytes.writeUIntLE(examplesSeen, offset + 8, 6);
    bytes.writeUInt16LE(kind, offset + 14);
    offset += RECORD_BYTES;
  };
  let train = fromTrainLoss;
  let test = fromTest;
  while (train < trainLosses.length || test < testLosses.length) {
    // A test precedes the step that starts with the same number of examples seen.
    if ((testCounter[test] ?? Infinity) <= (trainCounter[train] ?? Infinity)) {
      put(Kind.testLoss, testCounter[test]!, testLosses[test]!);
      put(Kind.testCorrect, testCounter[test]!, testCorrect[test]!);
      test++;
    } else {
      put(Kind.trainLoss, trainCounter[train]!, trainLosses[train]!);
      train++;
    }
  }
  return bytes;
}

function notFinite(examplesSeen: number): UserError {
  return new UserError(
    'diverged',
    `The loss after ${examplesSeen.toLocaleString('en')} examples is no longer a number, and is not saved. Start a new run with a lower learning rate.`,
  );
}

/**
 * Truncates a file to `position`, then appends to it.
 * @returns false if the file is missing or shorter
 */
function writeAt(path: string, bytes: Uint8Array, position: number): boolean {
  const file = openIfThere(path);
  if (file === null) return false;
  try {
    const { size } = fstatSync(file);
    if (size < position) return false;
    if (size > position) ftruncateSync(file, position);
    writeWhole(file, bytes, position);
    return true;
  } finally {
    closeSync(file);
  }
}

/** Replaces a history file atomically. Anything else with its name is kept under another name. */
function replaceFile(path: string, bytes: Uint8Array): void {
  const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  if (isThere && readStart(path, HEADER.length)?.equals(HEADER) !== true) renameSync(path, `${path}.${Date.now()}.old`);
  const temporary = join(dirname(path), TEMPORARY_HISTORY);
  rmSync(temporary, { recursive: true, force: true });
  const file = openSync(temporary, 'wx');
  try {
    writeWhole(file, bytes, 0);
    // Older checkpoints need the file's content: it must reach the disk before the new name does.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

/** @returns up to `length` bytes from the start of a file; null if it is not a regular file */
function readStart(path: string, length: number): Buffer | null {
  const file = openIfThere(path);
  if (file === null) return null;
  try {
    const status = fstatSync(file);
    if (!status.isFile()) return null;
    return readAt(file, 0, Math.min(length, status.size));
  } finally {
    closeSync(file);
  }
}

/** @returns null if there is nothing, or a link or folder */
function openIfThere(path: string): number | null {
  try {
    return openSync(path, constants.O_RDWR | SAFELY);
  } catch (error) {
    if (isMissing(error) || ['ELOOP', 'EISDIR', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      return null;
    }
    throw error;
  }
}
