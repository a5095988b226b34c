/** One checkpoint folder: written whole or not at all, verified when read. */
import { hash, randomInt } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UserError, reasonOf } from '../base/errors';
import { readRegularFile } from '../base/regular-file';
import type { Weights } from '../network/parameters';
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

const FILES = [MODEL_FILE, OPTIMIZER_FILE, STATE_FILE];

/** A state file of 10,000 epochs of history has less. */
const LARGEST_STATE = 64_000_000;
/** A weights file of ours has under 90 kB, one that PyTorch saved hardly more. */
const LARGEST_WEIGHTS = 1_000_000;

export interface Checkpoint {
  state: StateFile;
  weights: Weights;
  /** Momentum buffers. */
  momentumBuffers: Weights;
}

/**
 * Writes a checkpoint beside its place, then renames it to its place. From then on the end of this process cannot harm
 * it; a power cut can until `flushCheckpoint` is done. One already there under the same name is replaced.
 *
 * This does not wait for the disk, and training does wait for it (some tenths of a millisecond), so that no step is
 * taken before all of the checkpoint is there.
 *
 * @param place the checkpoint's folder; its parent must exist
 * @param obsolete a checkpoint that need not be kept any longer; its folder is used for the new one
 * @returns the number of bytes in its files, and whether the obsolete one is gone
 * @throws the file system's error; nothing is left at its place then but what was there before
 */
export async function writeCheckpoint(
  place: string,
  content: StateContent,
  weights: Weights,
  momentumBuffers: Weights,
  obsolete: string | null = null,
): Promise<{ bytes: number; reused: boolean }> {
  const model = encodeSafetensors(weights);
  const optimizer = encodeSafetensors(momentumBuffers);
  const files = { [MODEL_FILE]: recordOf(model), [OPTIMIZER_FILE]: recordOf(optimizer) };
  const state = encodeState(content, files);
  if (state.length > LARGEST_STATE)
    throw new Error('its history is too long; a new run can have a larger log interval');

  const emptied = obsolete === null ? null : moveAsideAndEmpty(obsolete);
  const temporary = emptied ?? temporaryBeside(place);
  try {
    if (emptied === null) mkdirSync(temporary);
    writeFileSync(join(temporary, MODEL_FILE), model, { flag: 'wx' });
    writeFileSync(join(temporary, OPTIMIZER_FILE), optimizer, { flag: 'wx' });
    writeFileSync(join(temporary, STATE_FILE), state, { flag: 'wx' });
    await putInPlace(temporary, place, files);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  return { bytes: model.length + optimizer.length + state.length, reused: emptied !== null };
}

/** Waits until the disk has a checkpoint. @throws the file system's error */
export async function flushCheckpoint(place: string): Promise<void> {
  await Promise.all([...FILES.map((file) => flushFile(join(place, file))), flushFolder(place)]);
  await flushFolder(dirname(place));
}

/**
 * Reads a checkpoint and verifies every byte of it.
 *
 * @throws UserError naming the file and what is wrong with it
 */
export async function readCheckpoint(place: string): Promise<Checkpoint> {
  const state = await readState(place);
  const [weights, momentumBuffers] = await Promise.all(
    ([MODEL_FILE, OPTIMIZER_FILE] as const).map(async (name) => {
      const file = join(place, name);
      const bytes = await readSaved(file, LARGEST_WEIGHTS);
      const expected = state.files[name];
      if (bytes.length !== expected.bytes) {
        throw damaged(file, `it has ${bytes.length} bytes, expected ${expected.bytes}`);
      }
      if (recordOf(bytes).sha256 !== expected.sha256) throw damaged(file, 'its checksum is not the one that was saved');
      return decodeSafetensors(bytes, file);
    }),
  );
  return { state, weights: weights!, momentumBuffers: momentumBuffers! };
}

/** Reads and checks what a checkpoint says of itself, without opening its weights. */
export async function readState(place: string): Promise<StateFile> {
  const file = join(place, STATE_FILE);
  if (!existsSync(file)) {
    throw new UserError('checkpoint-missing', `${place} is not a checkpoint: it holds no ${STATE_FILE}.`);
  }
  return decodeState(await readSaved(file, LARGEST_STATE), file);
}

async function readSaved(file: string, largest: number): Promise<Buffer> {
  try {
    return await readRegularFile(file, largest);
  } catch (error) {
    throw damaged(file, reasonOf(error));
  }
}

function damaged(file: string, what: string): UserError {
  return new UserError('checkpoint-damaged', `${file} is damaged: ${what}.`);
}

function recordOf(bytes: Uint8Array): { bytes: number; sha256: string } {
  return { bytes: bytes.length, sha256: hash('sha256', bytes, 'hex') };
}

/**
 * Removes a checkpoint, unless there is something in its folder that is not ours.
 * @returns whether it is gone
 */
export function removeCheckpoint(place: string): boolean {
  const emptied = moveAsideAndEmpty(place);
  if (emptied !== null) rmSync(emptied, { recursive: true, force: true });
  return emptied !== null || !existsSync(place);
}

/**
 * Takes a checkpoint's files away, so that its folder can be removed or used again. Whoever has one of them open keeps it.
 * @returns where the folder is now; null when that could not be done, or there is something in it that is not ours
 */
function moveAsideAndEmpty(place: string): string | null {
  try {
    if (!lstatSync(place).isDirectory()) return null;
    const files = readdirSync(place);
    if (files.some((name) => !FILES.includes(name))) return null;
    // Renamed first: an interrupted removal must not leave half a checkpoint under its name.
    const aside = temporaryBeside(place);
    renameSync(place, aside);
    for (const file of files) unlinkSync(join(aside, file));
    return aside;
  } catch (error) {
    // What is in the way, or gone already, need not be removed now.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return null;
  }
}

/** Begins where no other process does, and counts on: to draw each name would take as long as to write a file. */
let lastTemporary = randomInt(2 ** 32);

/** A name that `TEMPORARY_NAME` knows, of nothing that is there yet. */
export function temporaryBeside(place: string): string {
  lastTemporary = (lastTemporary + 1) % 2 ** 32;
  return join(dirname(place), `.tmp-${basename(place)}-${lastTemporary.toString(16).padStart(8, '0')}`);
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
  try {
    renameSync(temporary, place);
    return;
  } catch (error) {
    if (!existsSync(place)) throw error;
  }
  const there = await readCheckpoint(place).catch(() => null);
  if (there && isDeepStrictEqual(there.state.files, files)) {
    // The disk must not have the new name before it has what is in the file.
    await flushFile(join(temporary, STATE_FILE));
    await rename(join(temporary, STATE_FILE), join(place, STATE_FILE));
    await rm(temporary, { recursive: true });
    return;
  }
  const old = temporaryBeside(place);
  await rename(place, old);
  await rename(temporary, place);
  await rm(old, { recursive: true, force: true });
}
