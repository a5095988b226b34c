/** Reads the part of a run's history file (see `history-file.ts`) that checkpoints prove intact. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { History } from '@contract/schemas';
import { isMissing, reasonOf } from '../base/errors';
import { HEADER, HISTORY_FILE, Kind, RECORD_BYTES } from './history-file';
import type { FileRecord } from './state-file';

const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** A multiple of the record size that easily fits in memory. */
const CHUNK_BYTES = RECORD_BYTES * 65_536;
/** More than a run writes in a year. A checkpoint that claims more is ignored. */
const MAX_BYTES = 2 ** 31;

export interface ReadHistory {
  history: History;
  /** What is wrong with the file and what is shown instead, in words; null if nothing is. */
  problem: string | null;
}

/**
 * Reads the part of a run's history that a checkpoint refers to. If it is damaged, the longest part that an older
 * checkpoint proves intact is read instead; without any, the history is empty. Never fails: weights are useful without
 * their history.
 *
 * @param folder the run's folder
 * @param wanted the checkpoint's record of the file
 * @param older the records of the run's other checkpoints
 */
export async function readHistory(folder: string, wanted: FileRecord, older: FileRecord[]): Promise<ReadHistory> {
  const path = join(folder, HISTORY_FILE);
  const file = await open(path, FLAGS).catch((error: unknown) => reasonOfOpening(error));
  if (typeof file === 'string') {
    return { history: emptyHistory(), problem: `${path} ${file}. The weights are intact; the curve starts again.` };
  }
  try {
    if (!(await file.stat()).isFile()) throw new Error('it is not a regular file');
    const marks = [...older.filter(({ bytes }) => bytes < wanted.bytes), wanted].filter(
      ({ bytes }) => bytes <= MAX_BYTES,
    );
    const proven = await provenBytes(
      file,
      marks.sort((a, b) => a.bytes - b.bytes),
    );
    const history = await decode(file, proven);
    if (proven === wanted.bytes) return { history, problem: null };
    return { history, problem: `${path} is damaged. The weights are intact; ${shownOf(history)}.` };
  } catch (error) {
    const words = `${path} cannot be read: ${reasonOf(error)}. The weights are intact; the curve starts again.`;
    return { history: emptyHistory(), problem: words };
  } finally {
    await file.close();
  }
}

export function emptyHistory(): History {
  return { trainLosses: [], trainCounter: [], testLosses: [], testCounter: [], testCorrect: [] };
}

function reasonOfOpening(error: unknown): string {
  return isMissing(error) ? 'is missing' : `cannot be read: ${reasonOf(error)}`;
}

function shownOf({ trainCounter, testCounter }: History): string {
  const last = Math.max(trainCounter.at(-1) ?? 0, testCounter.at(-1) ?? 0);
  return last === 0
    ? 'the curve starts again'
    : `the curve shows the first ${last.toLocaleString('en')} examples and continues from here`;
}

/** @param marks shortest first @returns the greatest length whose checksum matches; 0 if none does */
async function provenBytes(file: FileHandle, marks: FileRecord[]): Promise<number> {
  const hash = createHash('sha256');
  let position = 0;
  let proven = 0;
  let next = 0;
  for await (const chunk of chunksOf(file, 0, marks.at(-1)?.bytes ?? 0)) {
    let hashed = 0;
    for (; next < marks.length && marks[next]!.bytes <= position + chunk.length; next++) {
      const { bytes, sha256 } = marks[next]!;
      hash.update(chunk.subarray(hashed, bytes - position));
      hashed = bytes - position;
      if (hash.copy().digest('hex') === sha256) proven = bytes;
    }
    hash.update(chunk.subarray(hashed));
    position += chunk.length;
  }
  return proven;
}

/** Yields the bytes from `begin` to `end` or the end of the file. A chunk is valid until the next one. */
async function* chunksOf(file: FileHandle, begin: number, end: number): AsyncGenerator<Buffer> {
  const room = Buffer.alloc(Math.min(CHUNK_BYTES, Math.max(end - begin, 0)));
  for (let position = begin; position < end;) {
    const length = Math.min(room.length, end - position);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(room, filled, length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    if (filled > 0) yield room.subarray(0, filled);
    if (filled < length) return;
    position += filled;
  }
}

/** @param length in bytes, proven intact @throws Error if the file is not a history after all */
async function decode(file: FileHandle, length: number): Promise<History> {
  const history = emptyHistory();
  if (length === 0) return history;
  for await (const header of chunksOf(file, 0, HEADER.length)) {
    if (!header.equals(HEADER)) throw new Error('it is not a history of Digit Studio');
  }
  for await (const chunk of chunksOf(file, HEADER.length, length)) {
    if (chunk.length % RECORD_BYTES !== 0) throw new Error('a record is incomplete');
    for (let offset = 0; offset < chunk.length; offset += RECORD_BYTES) {
      const value = chunk.readDoubleLE(offset);
      const examplesSeen = chunk.readUIntLE(offset + 8, 6);
      addRecord(history, chunk.readUInt16LE(offset + 14), examplesSeen, value);
    }
  }
  if (history.testCorrect.length !== history.testLosses.length) throw new Error('its last test is incomplete');
  return history;
}

function addRecord(history: History, kind: number, examplesSeen: number, value: number): void {
  if (!Number.isFinite(value)) throw new Error('a value in it is not a number');
  const testIsOpen = history.testCorrect.length < history.testLosses.length;
  if (testIsOpen !== (kind === Kind.testCorrect)) throw new Error('its records are out of order');
  if (kind === Kind.trainLoss) {
    history.trainLosses.push(value);
    history.trainCounter.push(examplesSeen);
  } else if (kind === Kind.testLoss) {
    history.testLosses.push(value);
    history.testCounter.push(examplesSeen);
  } else if (kind === Kind.testCorrect) history.testCorrect.push(value);
  else throw new Error('it contains records of an unknown kind');
}
