/** One checkpoint folder: written whole or not at all, verified when read. */
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { lstat, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { UserError, reasonOf } from '../errors';
import type { Weights } from '../training/parameters';
import { decodeSafetensors, encodeSafetensors } from './safetensors';
import {
  MODEL_FILE,
  OPTIMIZER_FILE,
  STATE_FILE,
  type StateContent,
  type StateFile,
  decodeState,
  encodeState,
} from './state-file';

/** A checkpoint that is being written, or was being when its process ended, or is being removed. */
export const TEMPORARY_NAME = /^\.tmp-(step-\d{8,})-[0-9a-f]{8}$/;

/** A state file of 10,000 epochs of history has less. */
const LARGEST_STATE = 64_000_000;
/** A weights file of ours has under 90 kB, one that PyTorch saved hardly more. */
const LARGEST_WEIGHTS = 1_000_000;

export interface Checkpoint {
  state: StateFile;
  weights: Weights;
  /** Momentum buffers. */
  velocities: Weights;
}

/**
 * Writes a checkpoint beside its place, flushes it to the disk, then renames it. One already there
 * under the same name is replaced. One that was written but not renamed when the process ended is
 * whole all the same, and `CheckpointStore.recover` puts it in its place.
 *
 *
 * @param place the checkpoint's folder; its parent must exist
 * @param onHeld called when the system has all of it in its cache, so that it outlives the process
 * @returns the bytes written
 * @throws the file system's error; nothing is left at `place` then but what was there before
 */
export async function writeCheckpoint(
  place: string,
  content: Omit<StateContent, 'files'>,
  weights: Weights,
  velocities: Weights,
  onHeld?: () => void,
): Promise<number> {
  const model = encodeSafetensors(weights);
  const optimizer = encodeSafetensors(velocities);
  const files = { [MODEL_FILE]: recordOf(model), [OPTIMIZER_FILE]: recordOf(optimizer) };
  const state = encodeState({ ...content, files });
  if (state.length > LARGEST_STATE)
    throw new Error('its history is too long; a new run can have a larger log interval');

  const temporary = temporaryBeside(place);
  try {
    mkdirSync(temporary);
    const written = [
      openWritten(join(temporary, MODEL_FILE), model),
      openWritten(join(temporary, OPTIMIZER_FILE), optimizer),
      openWritten(join(temporary, STATE_FILE), state),
      openSync(temporary, 'r'),
    ];
    onHeld?.();
    await withOpen(written, flush);
    await putInPlace(temporary, place, files);
    await withOpen([openSync(dirname(place), 'r')], flush);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  return model.length + optimizer.length + state.length;
}

/**
 * Reads a checkpoint and verifies every byte of it.
 *
 * @throws UserError naming the file and what is wrong with it
 */
export async function readCheckpoint(place: string): Promise<Checkpoint> {
  const state = await readState(place);
  const [weights, velocities] = await Promise.all(
    ([MODEL_FILE, OPTIMIZER_FILE] as const).map(async (name) => {
      const file = join(place, name);
      const bytes = await readRegularFile(file, LARGEST_WEIGHTS);
      const expected = state.files[name];
      if (bytes.length !== expected.bytes) {
        throw damaged(file, `it has ${bytes.length} bytes, expected ${expected.bytes}`);
      }
      if (recordOf(bytes).sha256 !== expected.sha256) throw damaged(file, 'its checksum is not the one that was saved');
      return decodeSafetensors(bytes, file);
    }),
  );
  return { state, weights: weights!, velocities: velocities! };
}

/** Reads and checks what a checkpoint says of itself, without opening its weights. */
export async function readState(place: string): Promise<StateFile> {
  const file = join(place, STATE_FILE);
  if (!existsSync(file)) {
    throw new UserError('checkpoint-missing', `${place} is not a checkpoint: it holds no ${STATE_FILE}.`);
  }
  return decodeState(await readRegularFile(file, LARGEST_STATE), file);
}

async function readRegularFile(file: string, largest: number): Promise<Buffer> {
  try {
    const status = await lstat(file);
    if (!status.isFile()) throw damaged(file, 'it is not a regular file');
    if (status.size > largest) throw damaged(file, `it has ${status.size} bytes, far more than were saved`);
    return await readFile(file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw damaged(file, reasonOf(error));
  }
}

function damaged(file: string, what: string): UserError {
  return new UserError('checkpoint-damaged', `${file} is damaged: ${what}.`);
}

function recordOf(bytes: Uint8Array): { bytes: number; sha256: string } {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * Removes a checkpoint.
 * @throws the file system's error; what is left then has a temporary name
 */
export function removeCheckpoint(place: string): void {
  const aside = temporaryBeside(place);
  // Renamed first: an interrupted removal must not leave half a checkpoint under its name.
  renameSync(place, aside);
  for (const file of [STATE_FILE, MODEL_FILE, OPTIMIZER_FILE]) unlinkSync(join(aside, file));
  rmdirSync(aside);
}

/** A name that `TEMPORARY_NAME` knows, of nothing that is there yet. */
export function temporaryBeside(place: string): string {
  return join(dirname(place), `.tmp-${basename(place)}-${randomBytes(4).toString('hex')}`);
}

function openWritten(file: string, bytes: Uint8Array): number {
  const descriptor = openSync(file, 'wx');
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

const flushFile = promisify(fsync);

async function flush(descriptor: number): Promise<void> {
  try {
    await flushFile(descriptor);
  } catch (error) {
    // Some file systems (and Windows) cannot flush a folder; its files have been flushed.
    if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

async function withOpen(descriptors: number[], use: (descriptor: number) => Promise<void>): Promise<void> {
  try {
    await Promise.all(descriptors.map(use));
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}

/**
 * Moves a written checkpoint to its place. Folders cannot be renamed over, files can: one that is
 * there already with the very same weights (the run was tested since, or given more epochs) gets the
 * new state file, and is sound at every moment. Another one, damaged as a rule, is moved aside first.
 */
async function putInPlace(temporary: string, place: string, files: StateFile['files']): Promise<void> {
  if (!existsSync(place)) {
    await rename(temporary, place);
    return;
  }
  const there = await readCheckpoint(place).catch(() => null);
  if (there && isDeepStrictEqual(there.state.files, files)) {
    await rename(join(temporary, STATE_FILE), join(place, STATE_FILE));
    await withOpen([openSync(place, 'r')], flush);
    await rm(temporary, { recursive: true });
    return;
  }
  const old = temporaryBeside(place);
  await rename(place, old);
  await rename(temporary, place);
  await rm(old, { recursive: true, force: true });
}
