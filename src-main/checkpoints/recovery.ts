/** Clears up what a process that ended at the wrong moment left in a run's folder. */
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError, isMissing, reasonOf } from '../base/errors';
import { TEMPORARY_NAME, readCheckpoint } from './checkpoint';
import { checkpointName } from './checkpoint-entry';
import { TEMPORARY_HISTORY } from './history-file';

/** A folder that was being written, replaced or removed. */
interface Leftover {
  path: string;
  /** Where the checkpoint in it belongs, and when it was saved; null when it holds no intact checkpoint. */
  checkpoint: { target: string; savedAt: number } | null;
}

/**
 * Moves a checkpoint that was complete, but not yet in its place, there, and removes the other leftovers. The run must be
 * held.
 * @param folder the run's
 * @throws UserError `folder-unusable`
 */
export async function recoverRun(folder: string): Promise<void> {
  try {
    await rm(join(folder, TEMPORARY_HISTORY), { recursive: true, force: true });
    const names = (await readdir(folder)).filter((name) => TEMPORARY_NAME.test(name));
    const leftovers = await Promise.all(names.map((name) => leftoverAt(folder, join(folder, name))));
    // Of two of one step the later one knows more: the run was tested since, or given more epochs.
    const newestFirst = leftovers.sort((a, b) => (b.checkpoint?.savedAt ?? 0) - (a.checkpoint?.savedAt ?? 0));
    for (const { path, checkpoint } of newestFirst) {
      const target = checkpoint?.target;
      if (target !== undefined && !(await isIntact(target))) {
        await rm(target, { recursive: true, force: true });
        await rename(path, target);
      } else await rm(path, { recursive: true, force: true });
    }
  } catch (error) {
    throw new UserError(
      'folder-unusable',
      `${folder} cannot be read and written: ${reasonOf(error)}. Change that, or choose another folder.`,
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
  // Not by its name: a checkpoint may have been written into the folder of an older one (version 0.1.0 did that).
  const target = join(folder, checkpointName(read.state.step));
  return { path, checkpoint: { target, savedAt: Date.parse(read.state.savedAt) } };
}

async function isIntact(path: string): Promise<boolean> {
  return (await readCheckpoint(path).catch(() => null)) !== null;
}
