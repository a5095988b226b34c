/** Removes a run as a person decides: to the system's trash, or for good where there is none. */
import { type MessageBoxOptions, shell } from 'electron';
import { type RunFolder, removeRunFolder } from '../checkpoints/run-folder';
import { reasonOf } from '../base/errors';
import { agrees } from './files';
import type { Ask } from './ask';

/** Names of other files that a question lists; of more, only the number. */
const NAMES_LISTED = 5;

/**
 * @param ask asks the engine, which knows the runs and has one of them open
 * @returns false when the person changed their mind
 * @throws UserError when there is no such run, it is running, or its folder cannot be removed
 */
export async function removeRun(run: string, ask: Ask): Promise<boolean> {
  const folder = await ask('describeRun', run);
  if (!(await agrees(trashQuestion(run, folder)))) return false;
  const wasOpen = await ask('releaseRun', run);
  const removed = await toTrashOrForGood(run, folder.place);
  if (removed) await ask('forgetRun', run);
  else if (wasOpen) await ask('openRun', run);
  return removed;
}

async function toTrashOrForGood(run: string, place: string): Promise<boolean> {
  try {
    await shell.trashItem(place);
    return true;
  } catch (error) {
    if (!(await agrees(deletionQuestion(run, reasonOf(error))))) return false;
    await removeRunFolder(place);
    return true;
  }
}

function trashQuestion(run: string, { bytes, testAccuracy, otherFiles }: RunFolder): MessageBoxOptions {
  const accuracy = testAccuracy === null ? 'not tested yet' : `${(testAccuracy * 100).toFixed(1)} % at its last test`;
  const words = [`${run} (${(bytes / 1_000_000).toFixed(1)} MB, ${accuracy}) goes to the trash with its checkpoints.`];
  if (otherFiles.length > 0) {
    const listed = otherFiles.slice(0, NAMES_LISTED).join(', ');
    const more = otherFiles.length - NAMES_LISTED;
    words.push(
      `Its folder also holds what Digit Studio did not put there, and that goes with it: ${listed}${more > 0 ? ` and ${more} more` : ''}.`,
    );
  }
  return {
    type: 'question',
    message: `Remove ${run}?`,
    detail: words.join('\n\n'),
    buttons: ['Cancel', 'Move to trash'],
  };
}

function deletionQuestion(run: string, reason: string): MessageBoxOptions {
  return {
    type: 'warning',
    message: `${run} cannot be moved to the trash`,
    detail: `The system says: ${reason}. It can be deleted for good instead; then nothing brings it back.`,
    buttons: ['Cancel', 'Delete for good'],
  };
}
