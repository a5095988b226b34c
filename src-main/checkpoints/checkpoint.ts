/** One checkpoint folder: written whole or not at all, verified when read. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
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

/** A checkpoint that the system has, in its cache at least, and that is not in its place yet. */
export interface HeldCheckpoint {
  /** Where it belongs, and where it is. */
  place: string;
  temporary: string;
  files: StateFile['files'];
  /** Of all its files. */
  bytes: number;
}

/**
 * Writes a checkpoint beside its place. From then on the end of this process cannot harm it: should it not come to
 * `settleCheckpoint`, `CheckpointStore.recover` puts it in its place.
 *
 * This does not wait for the disk, and training does wait for it (half a millisecond), so that no step is taken
 * before all of the checkpoint is there.
 *
 * @param place the checkpoint's folder; its parent must exist
 * @throws the file system's error; nothing is left then
 */
export function holdCheckpoint(
  place: string,
  content: Omit<StateContent, 'files'>,
  weights: Weights,
  velocities: Weights,
): HeldCheckpoint {
  const model = encodeSafetensors(weights);
  const optimizer = encodeSafetensors(velocities);
  const files = { [MODEL_FILE]: recordOf(model), [OPTIMIZER_FILE]: recordOf(optimizer) };
  const state = encodeState({ ...content, files });
  if (state.length > LARGEST_STATE)
    throw new Error('its history is too long; a new run can have a larger log interval');

  const temporary = temporaryBeside(place);
  try {
    mkdirSync(temporary);
    writeFileSync(join(temporary, MODEL_FILE), model, { flag: 'wx' });
    writeFileSync(join(temporary, OPTIMIZER_FILE), optimizer, { flag: 'wx' });
    writeFileSync(join(temporary, STATE_FILE), state, { flag: 'wx' });
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  return { place, temporary, files, bytes: model.length + optimizer.length + state.length };
}

/**
 * Flushes a checkpoint to the disk, then renames it to its place. One already there under the same name is replaced.
 * @throws the file system's error; nothing is left at its place then but what was there before
 */
export async function settleCheckpoint({ place, temporary, files }: HeldCheckpoint): Promise<void> {
  try {
    const written = [MODEL_FILE, OPTIMIZER_FILE, STATE_FILE].map((file) => join(temporary, file));
    await Promise.all([...written.map(flushFile), flushFolder(temporary)]);
    await putInPlace(temporary, place, files);
    await flushFolder(dirname(place));
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
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

/** Writes a checkpoint and waits until it is in its place; see `holdCheckpoint` and `settleCheckpoint`. */
export async function writeCheckpoint(...checkpoint: Parameters<typeof holdCheckpoint>): Promise<void> {
  await settleCheckpoint(holdCheckpoint(...checkpoint));
}

/**
 * Removes a checkpoint.
 * @throws the file system's error; what is left then has a temporary name
 */
export function removeCheckpoint(place: string): void {
  const aside = temporaryBeside(place);
  // Renamed first: an interrupted removal must not leave half a checkpoint under its name.
  renameSync(place, aside);
  rmSync(aside, { recursive: true, force: true });
}

/** A name that `TEMPORARY_NAME` knows, of nothing that is there yet. */
export function temporaryBeside(place: string): string {
  return join(dirname(place), `.tmp-${basename(place)}-${randomBytes(4).toString('hex')}`);
}

/** Waits until the disk has a file. */
async function flushFile(place: string): Promise<void> {
  // Windows flushes only what is open for writing.
  const file = await open(place, 'r+');
  await file.sync().finally(() => file.close());
}

/** Waits until the disk has the names in a folder, where its system can do so. */
async function flushFolder(place: string): Promise<void> {
  try {
    const folder = await open(place, 'r');
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
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
    await flushFolder(place);
    await rm(temporary, { recursive: true });
    return;
  }
  const old = temporaryBeside(place);
  await rename(place, old);
  await rename(temporary, place);
  await rm(old, { recursive: true, force: true });
}
