/** One checkpoint folder: written whole or not at all, verified when read. */
import { hash, randomInt } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UserError, reasonOf } from '../base/errors';
import { flushFile, flushFolder } from '../base/flush';
import { readRegularFile } from '../base/regular-file';
import { renamePatiently } from '../base/rename';
import type { Learned, Weights } from '../network/parameters';
import { decodeSafetensors, encodeSafetensors } from './safetensors';
import {
  type CheckpointState,
  MODEL_FILE,
  OPTIMIZER_FILE,
  STATE_FILE,
  type StateFile,
  decodeState,
  encodeState,
} from './state-file';

/** A checkpoint that is being written or removed, or was when its process ended. */
export const TEMPORARY_NAME = /^\.tmp-(step-\d{8,})-[0-9a-f]{8}$/;

export const CHECKPOINT_FILES = [MODEL_FILE, OPTIMIZER_FILE, STATE_FILE];

/** A state file of version 1 contains the history; even with 10,000 epochs it is smaller than this. */
const MAX_STATE_BYTES = 64_000_000;
/** A weights file takes less than 90 kB if written here, and hardly more if written by PyTorch. */
const MAX_WEIGHTS_BYTES = 1_000_000;

export interface Checkpoint extends Learned {
  state: StateFile;
}

/**
 * Writes a checkpoint under a temporary name, then renames it. From then on it survives the end of this process, and a
 * power cut once `flushCheckpoint` is done. A checkpoint of the same name is replaced.
 *
 * This does not wait for the disk. Training waits for this (some tenths of a millisecond), so that no step is taken
 * before the checkpoint is complete.
 *
 * @param path the checkpoint's folder; its parent must exist
 * @param obsolete a checkpoint that is no longer needed; its folder is reused, because creating and removing folders
 *   takes longer than writing everything else
 * @returns the total size of its files in bytes, and whether the obsolete checkpoint is gone
 * @throws the file system's error, or an Error if it could not be read again; an existing checkpoint then remains
 */
export async function writeCheckpoint(
  path: string,
  state: CheckpointState,
  weights: Weights,
  momentumBuffers: Weights,
  obsolete: string | null = null,
): Promise<{ bytes: number; reused: boolean }> {
  const model = encodeSafetensors(weights);
  const optimizer = encodeSafetensors(momentumBuffers);
  const files = { [MODEL_FILE]: recordOf(model), [OPTIMIZER_FILE]: recordOf(optimizer) };
  const stateFile = encodeState(state, files);
  const emptied = obsolete === null ? null : moveAsideAndEmpty(obsolete);
  const temporary = emptied ?? temporaryBeside(path);
  try {
    if (emptied === null) mkdirSync(temporary);
    writeFileSync(join(temporary, MODEL_FILE), model, { flag: 'wx' });
    writeFileSync(join(temporary, OPTIMIZER_FILE), optimizer, { flag: 'wx' });
    writeFileSync(join(temporary, STATE_FILE), stateFile, { flag: 'wx' });
    await moveInto(path, temporary, files);
  } catch (error) {
    // If even that fails (the disk is gone), the first error is the one to report.
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
  return { bytes: model.length + optimizer.length + stateFile.length, reused: emptied !== null };
}

/** Waits until a checkpoint is on disk. @throws the file system's error */
export async function flushCheckpoint(path: string): Promise<void> {
  await Promise.all([...CHECKPOINT_FILES.map((file) => flushFile(join(path, file))), flushFolder(path)]);
  await flushFolder(dirname(path));
}

/**
 * Reads a checkpoint and verifies every byte of it.
 *
 * @throws UserError naming the file and what is wrong with it
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const state = await readState(path);
  const [weights, momentumBuffers] = await Promise.all(
    ([MODEL_FILE, OPTIMIZER_FILE] as const).map(async (name) => {
      const file = join(path, name);
      const bytes = await readSaved(file, MAX_WEIGHTS_BYTES);
      const expected = state.files[name];
      if (bytes.length !== expected.bytes) {
        throw damaged(
          file,
          `it has ${bytes.length.toLocaleString('en')} bytes instead of ${expected.bytes.toLocaleString('en')}`,
        );
      }
      if (recordOf(bytes).sha256 !== expected.sha256) throw damaged(file, 'its checksum does not match');
      return decodeSafetensors(bytes, file);
    }),
  );
  return { state, weights: weights!, momentumBuffers: momentumBuffers! };
}

/** Reads and checks a checkpoint's state file, without opening its weights. */
export async function readState(path: string): Promise<StateFile> {
  const file = join(path, STATE_FILE);
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) {
    throw new UserError('checkpoint-missing', `${path} is not a checkpoint: it contains no ${STATE_FILE}.`);
  }
  return decodeState(await readSaved(file, MAX_STATE_BYTES), file);
}

async function readSaved(file: string, maxBytes: number): Promise<Buffer> {
  try {
    return await readRegularFile(file, maxBytes);
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
 * Removes a checkpoint, unless its folder contains anything else.
 * @returns whether it is gone
 */
export function removeCheckpoint(path: string): boolean {
  const emptied = moveAsideAndEmpty(path);
  if (emptied !== null) rmSync(emptied, { recursive: true, force: true });
  return emptied !== null || !existsSync(path);
}

/**
 * Removes a checkpoint's files, so that its folder can be removed or reused. Files that are open elsewhere stay
 * readable.
 * @returns the folder's new path; null if it is gone, contains anything else, or cannot be changed
 */
function moveAsideAndEmpty(path: string): string | null {
  try {
    if (!lstatSync(path).isDirectory()) return null;
    const files = readdirSync(path);
    if (files.some((name) => !CHECKPOINT_FILES.includes(name))) return null;
    // Renamed first: an interrupted removal must not leave half a checkpoint under its name.
    const temporary = temporaryBeside(path);
    renameSync(path, temporary);
    for (const file of files) unlinkSync(join(temporary, file));
    return temporary;
  } catch (error) {
    // A checkpoint that cannot be removed now may stay.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return null;
  }
}

/** A counter that starts at random in each process: drawing a random name each time takes as long as writing a file. */
let lastTemporary = randomInt(2 ** 32);

/** An unused path whose name matches `TEMPORARY_NAME`. */
function temporaryBeside(path: string): string {
  lastTemporary = (lastTemporary + 1) % 2 ** 32;
  return join(dirname(path), `.tmp-${basename(path)}-${lastTemporary.toString(16).padStart(8, '0')}`);
}

/**
 * Renames a written checkpoint to its final name. A rename can replace a file but not a folder: an existing checkpoint
 * with the same weights (the run was tested or given more epochs since) only gets the new state file, and is intact at
 * every moment. Any other, usually a damaged one, is moved away first.
 */
async function moveInto(path: string, temporary: string, files: StateFile['files']): Promise<void> {
  try {
    renameSync(temporary, path);
    return;
  } catch (error) {
    if (!existsSync(path)) {
      if (process.platform !== 'win32') throw error;
      await renamePatiently(temporary, path);
      return;
    }
  }
  const there = await readCheckpoint(path).catch(() => null);
  if (there && isDeepStrictEqual(there.state.files, files)) {
    // The new name must not reach the disk before the file's content.
    await flushFile(join(temporary, STATE_FILE));
    await renamePatiently(join(temporary, STATE_FILE), join(path, STATE_FILE));
    await rm(temporary, { recursive: true });
    return;
  }
  const old = temporaryBeside(path);
  await renamePatiently(path, old);
  await renamePatiently(temporary, path);
  await rm(old, { recursive: true, force: true });
}
