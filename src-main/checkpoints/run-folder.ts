/** A run's folder as a whole: what it holds, so that a person can decide about it, and its end. */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError, isMissing, reasonOf } from '../base/errors';
import { CHECKPOINT_FILES } from './checkpoint';
import { isCheckpointName } from './checkpoint-entry';
import { HISTORY_FILE } from './history-file';
import { LOCK } from './lock';
import { RUN_FILE } from './run-file';
import type { CheckpointStore } from './store';

export interface RunFolder {
  /** The folder's path. */
  path: string;
  /** Of its checkpoints and its history, in all. */
  bytes: number;
  /** At the run's last test; null before the first. */
  testAccuracy: number | null;
  /** What lies in it that Digit Studio did not put there, as paths within it. */
  otherFiles: string[];
}

/**
 * Looks into the folder of a run.
 * @throws UserError `no-run` when the checkpoint folder holds no run of this name
 */
export async function describeRunFolder(store: CheckpointStore, run: string): Promise<RunFolder> {
  const summary = (await store.runs()).find((candidate) => candidate.run === run);
  if (!summary) throw new UserError('no-run', `${store.folder} holds no run called ${run}.`);
  const path = join(store.folder, run);
  return {
    path,
    bytes: summary.checkpoints.reduce((sum, { bytes }) => sum + bytes, await bytesOf(join(path, HISTORY_FILE))),
    testAccuracy: summary.testAccuracy,
    otherFiles: await otherFilesIn(path),
  };
}

/** @returns 0 of a file that is not there */
async function bytesOf(path: string): Promise<number> {
  return (await lstat(path).catch(() => null))?.size ?? 0;
}

/** Removes a run's folder and all that is in it. @throws UserError `run-not-removed` */
export async function removeRunFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true });
  } catch (error) {
    throw new UserError('run-not-removed', `${path} could not be removed: ${reasonOf(error)}.`);
  }
}

async function otherFilesIn(path: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if ([LOCK, HISTORY_FILE, RUN_FILE].includes(entry.name) || entry.name.startsWith('.tmp-')) continue;
    if (entry.isDirectory() && isCheckpointName(entry.name)) {
      const names = await readdir(join(path, entry.name)).catch((error: unknown) => {
        // Removed meanwhile, by whoever trains the run.
        if (isMissing(error)) return [];
        throw error;
      });
      const others = names.filter((name) => !CHECKPOINT_FILES.includes(name));
      found.push(...others.map((name) => join(entry.name, name)));
    } else found.push(entry.name);
  }
  return found.sort();
}
