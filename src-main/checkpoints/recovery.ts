/** Cleans up what an interrupted process left in a run's folder. */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError, isMissing, reasonOf } from '../base/errors';
import { renamePatiently } from '../base/rename';
import { TEMPORARY_NAME, readCheckpoint } from './checkpoint';
import { checkpointName } from './checkpoint-entry';
import { TEMPORARY_HISTORY } from './history-file';
import { TEMPORARY_LESSON } from './lesson-file';
import { TEMPORARY_SNAPSHOTS } from './snapshots-file';

/** A folder that was being written, replaced or removed. */
interface Leftover {
  path: string;
  /** The final path of the checkpoint in it, and when it was saved; null if it contains no intact checkpoint. */
  checkpoint: { target: string; savedAt: number } | null;
}

/**
 * Moves checkpoints that were complete but not yet renamed to their final path, and removes the other leftovers. The
 * run must be locked.
 * @param folder the run's folder
 * @throws UserError `folder-unusable`
 */
export async function recoverRun(folder: string): Promise<void> {
  try {
    for (const name of [TEMPORARY_HISTORY, TEMPORARY_SNAPSHOTS, TEMPORARY_LESSON]) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
    const names = (await readdir(folder)).filter((name) => TEMPORARY_NAME.test(name));
    const leftovers = await Promise.all(names.map((name) => leftoverAt(folder, join(folder, name))));
    // Of two checkpoints of a step, the later one is preferred: the run has been tested or given more epochs since.
    const newestFirst = leftovers.sort((a, b) => (b.checkpoint?.savedAt ?? 0) - (a.checkpoint?.savedAt ?? 0));
    for (const { path, checkpoint } of newestFirst) {
      const target = checkpoint?.target;
      if (target !== undefined && !(await isIntact(target))) {
        await rm(target, { recursive: true, force: true });
        await renamePatiently(path, target);
      } else await rm(path, { recursive: true, force: true });
    }
  } catch (error) {
    throw new UserError(
      'folder-unusable',
      `${folder} cannot be read and written: ${reasonOf(error)}. Check its permissions, or choose another folder.`,
      { cause: error },
    );
  }
}

async function leftoverAt(folder: string, path: string): Promise<Leftover> {
  const status = await lstat(path).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  const read = status?.isDirectory() ? await readCheckpoint(path).catch(() => null) : null;
  if (!read) return { path, checkpoint: null };
  // Its name may be wrong: version 0.1.0 could write a checkpoint into the folder of an older one.
  const target = join(folder, checkpointName(read.state.step));
  return { path, checkpoint: { target, savedAt: Date.parse(read.state.savedAt) } };
}

async function isIntact(path: string): Promise<boolean> {
  return (await readCheckpoint(path).catch(() => null)) !== null;
}
