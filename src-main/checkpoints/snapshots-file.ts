/**
 * `snapshots.bin` in a run's folder: the run's weights and momentum buffers about twenty times per epoch, from which any
 * step between is computed again (`analysis/replay.ts`). A run does not need the file, which may be deleted at any time.
 *
 * The file begins with eight bytes that identify its format, and the 16 bytes of the run's id. Records of one size
 * follow in the order of their steps: the SHA-256 of the rest of the record (32 bytes), the step (a float64), the
 * weights and the momentum buffers (21,840 float32 each, in PyTorch's order). All numbers are little-endian. A record
 * that was cut off or damaged is skipped; the next one is written in its place.
 */
import { hash } from 'node:crypto';
import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SAFELY, readAt, writeWhole } from '../base/positioned-files';
import { type Learned, PARAMETER_COUNT, parameterNames, split } from '../network/parameters';

export const SNAPSHOTS_FILE = 'snapshots.bin';
/** A snapshots file that is being thinned. */
export const TEMPORARY_SNAPSHOTS = '.tmp-snapshots';

/** What a run has learned after a number of steps. */
export interface Snapshot extends Learned {
  step: number;
}

const FORMAT = Buffer.from('DSSNAP1\n');
const HEADER_BYTES = FORMAT.length + 16;
const CHECKSUM_BYTES = 32;
const STEP_BYTES = 8;
const VALUES_BYTES = PARAMETER_COUNT * Float32Array.BYTES_PER_ELEMENT;
export const RECORD_BYTES = CHECKSUM_BYTES + STEP_BYTES + 2 * VALUES_BYTES;

/** Keeps the snapshots of one run. */
export class SnapshotsFile {
  readonly #maxRecords: number;
  readonly #path: string;
  readonly #header: Buffer;

  /**
   * @param folder the run's folder
   * @param runId see `StateFile.runId`
   * @param room the maximum size of the file, in bytes; beyond it, every second record of the older half is removed
   */
  constructor(folder: string, runId: string, room = Infinity) {
    this.#maxRecords = Math.floor((room - HEADER_BYTES) / RECORD_BYTES);
    this.#path = join(folder, SNAPSHOTS_FILE);
    this.#header = Buffer.concat([FORMAT, Buffer.from(runId.replaceAll('-', ''), 'hex')]);
  }

  /**
   * Adds a snapshot in the system's cache, where it survives the end of this process. Those of the same and later steps
   * are removed: the run was continued from an earlier one. The run must be locked. Without room, all are removed.
   * @throws the file system's error
   */
  add(snapshot: Snapshot): void {
    if (this.#maxRecords < 1) {
      // Later steps that are kept from before would not follow from this one.
      if (this.#read(() => true)) rmSync(this.#path);
      return;
    }
    const record = encode(snapshot);
    const file = this.#openForWriting();
    try {
      const before = indexOf(file, snapshot.step);
      const position = positionOf(before);
      ftruncateSync(file, position);
      try {
        writeWhole(file, record, position);
      } catch (error) {
        // Half a record must not take the room that the next checkpoint needs.
        ftruncateSync(file, position);
        throw error;
      }
      if (before + 1 > this.#maxRecords) this.#thin(file, before + 1);
    } finally {
      closeSync(file);
    }
  }

  /** The newest intact snapshot of at most this step, or null. */
  upTo(step: number): Snapshot | null {
    return this.#read((file) => {
      for (let index = indexOf(file, step + 1) - 1; index >= 0; index--) {
        const snapshot = readRecord(file, index);
        if (snapshot && snapshot.step <= step) return snapshot;
      }
      return null;
    });
  }

  /** The first snapshot after this step, or null if there is none or it is damaged. */
  after(step: number): Snapshot | null {
    return this.#read((file) => {
      const snapshot = readRecord(file, indexOf(file, step + 1));
      return snapshot && snapshot.step > step ? snapshot : null;
    });
  }

  /** Copies another run's snapshots up to a step, as far as that is possible. */
  copyFrom(other: SnapshotsFile, step: number): void {
    if (this.#maxRecords < 1) return;
    other.#read((file) => {
      const target = this.#openForWriting();
      try {
        ftruncateSync(target, HEADER_BYTES);
        copyRecords(file, target, Array(indexOf(file, step + 1)).keys());
      } finally {
        closeSync(target);
      }
      return null;
    });
  }

  /** Opens the file, creating it if it is missing or another run's. Anything else with its name gets another name. */
  #openForWriting(): number {
    const found = lstatSync(this.#path, { throwIfNoEntry: false });
    if (found?.isFile()) {
      const file = openSync(this.#path, constants.O_RDWR | SAFELY);
      const header = readAt(file, 0, HEADER_BYTES);
      if (header.equals(this.#header)) return file;
      closeSync(file);
      // Also where the process ended while it created the file.
      const beginning = header.subarray(0, FORMAT.length);
      if (beginning.equals(FORMAT.subarray(0, beginning.length))) rmSync(this.#path);
    }
    if (lstatSync(this.#path, { throwIfNoEntry: false })) renameSync(this.#path, `${this.#path}.${Date.now()}.old`);
    const file = openSync(this.#path, 'wx+');
    writeWhole(file, this.#header, 0);
    return file;
  }

  /** @returns what `read` returns; null if the file is missing, another run's, or cannot be read */
  #read<T>(read: (file: number) => T | null): T | null {
    let file: number | null = null;
    try {
      file = openSync(this.#path, constants.O_RDONLY | SAFELY);
      const isOurs = fstatSync(file).isFile() && readAt(file, 0, HEADER_BYTES).equals(this.#header);
      return isOurs ? read(file) : null;
    } catch {
      return null;
    } finally {
      if (file !== null) closeSync(file);
    }
  }

  /** Makes the records few enough. The first one stays: a run's beginning may not follow from its seed. */
  #thin(file: number, count: number): void {
    let kept = [...Array(count).keys()];
    while (kept.length > this.#maxRecords && kept.length > 1) kept = thinned(kept);
    const temporary = join(dirname(this.#path), TEMPORARY_SNAPSHOTS);
    rmSync(temporary, { recursive: true, force: true });
    const target = openSync(temporary, 'wx+');
    try {
      writeWhole(target, this.#header, 0);
      copyRecords(file, target, kept);
    } finally {
      closeSync(target);
    }
    renameSync(temporary, this.#path);
  }
}

/** Every second of the older half, and the newer half. */
function thinned(indices: number[]): number[] {
  return indices.filter((_, i) => i >= indices.length / 2 || i % 2 === 0);
}

function encode({ step, weights, momentumBuffers }: Snapshot): Buffer {
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeDoubleLE(step, CHECKSUM_BYTES);
  let offset = CHECKSUM_BYTES + STEP_BYTES;
  for (const values of [weights, momentumBuffers]) {
    for (const name of parameterNames) {
      const { buffer, byteOffset, byteLength } = values[name];
      record.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
      offset += byteLength;
    }
  }
  record.write(checksumOf(record), 'hex');
  return record;
}

/** @returns null if the record is missing, cut off or damaged */
function readRecord(file: number, index: number): Snapshot | null {
  const record = readAt(file, positionOf(index), RECORD_BYTES);
  if (record.length < RECORD_BYTES || record.toString('hex', 0, CHECKSUM_BYTES) !== checksumOf(record)) return null;
  const start = CHECKSUM_BYTES + STEP_BYTES;
  const valuesAt = (offset: number) =>
    split(new Float32Array(Uint8Array.from(record.subarray(offset, offset + VALUES_BYTES)).buffer));
  return {
    step: record.readDoubleLE(CHECKSUM_BYTES),
    weights: valuesAt(start),
    momentumBuffers: valuesAt(start + VALUES_BYTES),
  };
}

function checksumOf(record: Buffer): string {
  return hash('sha256', record.subarray(CHECKSUM_BYTES), 'hex');
}

/** The number of whole records before the first one whose step is at least this one. */
function indexOf(file: number, step: number): number {
  let low = 0;
  let high = Math.max(0, Math.floor((fstatSync(file).size - HEADER_BYTES) / RECORD_BYTES));
  while (low < high) {
    const middle = (low + high) >> 1;
    const bytes = readAt(file, positionOf(middle) + CHECKSUM_BYTES, STEP_BYTES);
    if (bytes.readDoubleLE(0) < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Copies these records to the start of another file. */
function copyRecords(from: number, to: number, indices: Iterable<number>): void {
  let written = 0;
  for (const index of indices) writeWhole(to, readAt(from, positionOf(index), RECORD_BYTES), positionOf(written++));
}

function positionOf(index: number): number {
  return HEADER_BYTES + index * RECORD_BYTES;
}
