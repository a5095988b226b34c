/** Describes a run's folder, so that a person can decide about it, and removes it. */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError, isMissing, reasonOf } from '../base/errors';
import { CHECKPOINT_FILES } from './checkpoint';
import { isCheckpointName } from './checkpoint-entry';
import { HISTORY_FILE } from './history-file';
import { LESSON_FILE } from './lesson-file';
import { LOCK } from './lock';
import { RUN_FILE } from './run-file';
import { SNAPSHOTS_FILE } from './snapshots-file';
import type { CheckpointStore } from './store';

const ownFiles = [LOCK, HISTORY_FILE, SNAPSHOTS_FILE, LESSON_FILE, RUN_FILE];

export interface RunFolder {
  /** The folder's path. */
  path: string;
  /** See `RunSummary`. */
  name: string;
  /** The total size of its checkpoints, snapshots, history and drawings. */
  bytes: number;
  /** The accuracy in the run's last test, 0 to 1; null before the first. */
  testAccuracy: number | null;
  /** Relative paths of files that Digit Studio did not create. */
  otherFiles: string[];
}

/**
 * Describes the folder of a run.
 * @throws UserError `no-run` if the checkpoint folder contains no run with this name
 */
export async function describeRunFolder(store: CheckpointStore, run: string): Promise<RunFolder> {
  const summary = (await store.runs()).find((candidate) => candidate.run === run);
  if (!summary)
    throw new UserError('no-run', `${store.folder} contains no run called ${run}. It may have been moved or removed.`);
  const path = join(store.folder, run);
  const sizes = await Promise.all([HISTORY_FILE, SNAPSHOTS_FILE, LESSON_FILE].map((name) => bytesOf(join(path, name))));
  return {
    path,
    name: summary.name,
    bytes: [...sizes, ...summary.checkpoints.map(({ bytes }) => bytes)].reduce((sum, bytes) => sum + bytes),
    testAccuracy: summary.testAccuracy,
    otherFiles: await otherFilesIn(path),
  };
}

/** @returns 0 if the file is missing */
async function bytesOf(path: string): Promise<number> {
  return (await lstat(path).catch(() => null))?.size ?? 0;
}

/** Removes a run's folder and everything in it. @throws UserError `run-not-removed` */
export async function removeRunFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true });
  } catch (error) {
    throw new UserError(
      'run-not-removed',
      `${path} could not be removed: ${reasonOf(error)}. Check the folder's permissions, then try again.`,
    );
  }
}

async function otherFilesIn(path: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (ownFiles.includes(entry.name) || entry.name.startsWith('.tmp-')) continue;
    if (entry.isDirectory() && isCheckpointName(entry.name)) {
      const names = await readdir(join(path, entry.name)).catch((error: unknown) => {
        // The process that trains the run removed it meanwhile.
        if (isMissing(error)) return [];
        throw error;
      });
      const others = names.filter((name) => !CHECKPOINT_FILES.includes(name));
      found.push(...others.map((name) => join(entry.name, name)));
    } else found.push(entry.name);
  }
  return found.sort();
}
