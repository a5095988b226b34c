/** Removes a run after asking: to the system's trash, or permanently if there is none. */
import type { MessageBoxOptions } from 'electron';
import type { Reply } from '@contract/contract';
import { type RunFolder, removeRunFolder } from '../checkpoints/run-folder';
import { reasonOf } from '../base/errors';
import { ok, replyOf } from '../base/reply';
import type { EngineLink } from './dispatcher';

/** How many other files a question names; further ones are only counted. */
const NAMES_LISTED = 5;

/** The system functions that removing a run needs. */
export interface TrashSystem {
  /** See `agrees` in `files.ts`. */
  agrees: (question: MessageBoxOptions) => Promise<Reply<boolean>>;
  /** Moves a folder to the system's trash; rejects if that is not possible. */
  trash: (path: string) => Promise<void>;
}

/** An open run is reopened if it is not removed. @returns false if the person cancelled */
export async function removeRun(run: string, engine: EngineLink, system: TrashSystem): Promise<Reply<boolean>> {
  const folder = await engine.request('describeRun', run);
  if (!folder.ok) return folder;
  const agreed = await system.agrees(trashQuestion(folder.value));
  if (!agreed.ok || !agreed.value) return agreed;
  const wasOpen = await engine.request('releaseRun', run);
  if (!wasOpen.ok) return wasOpen;
  const removed = await toTrashOrForGood(folder.value, system);
  if (removed.ok && removed.value) {
    const forgotten = await engine.request('forgetRun', run);
    return forgotten.ok ? removed : forgotten;
  }
  const reopened = wasOpen.value ? await engine.request('openRun', run) : removed;
  return removed.ok && !reopened.ok ? reopened : removed;
}

async function toTrashOrForGood({ path, name }: RunFolder, system: TrashSystem): Promise<Reply<boolean>> {
  try {
    await system.trash(path);
    return ok(true);
  } catch (error) {
    const agreed = await system.agrees(deletionQuestion(name, reasonOf(error)));
    if (!agreed.ok || !agreed.value) return agreed;
    return replyOf(async () => {
      await removeRunFolder(path);
      return true;
    });
  }
}

function trashQuestion({ name, bytes, testAccuracy, otherFiles }: RunFolder): MessageBoxOptions {
  const tested = testAccuracy === null ? 'not tested yet' : `${(testAccuracy * 100).toFixed(1)}% in its last test`;
  const words = [`It is moved with its checkpoints and snapshots (${(bytes / 1_000_000).toFixed(1)} MB, ${tested}).`];
  if (otherFiles.length > 0) {
    const listed = otherFiles.slice(0, NAMES_LISTED).join(', ');
    const more = otherFiles.length - NAMES_LISTED;
    words.push(
      `Its folder also contains files that Digit Studio did not create, which are moved too: ${listed}${more > 0 ? ` and ${more} more` : ''}.`,
    );
  }
  return {
    type: 'question',
    message: `Move ${name} to the trash?`,
    detail: words.join('\n\n'),
    buttons: ['Cancel', 'Move to trash'],
  };
}

function deletionQuestion(name: string, reason: string): MessageBoxOptions {
  return {
    type: 'warning',
    message: `${name} cannot be moved to the trash`,
    detail: `The system says: ${reason}. You can delete the run permanently instead. This cannot be undone.`,
    buttons: ['Cancel', 'Delete permanently'],
  };
}
