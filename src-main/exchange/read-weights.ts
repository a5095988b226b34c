/** Reads the weights that a person names on the command line. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint } from '../checkpoints/checkpoint';
import { isCheckpointName, stepOf } from '../checkpoints/checkpoint-entry';
import { STATE_FILE } from '../checkpoints/state-file';
import { UserError, reasonOf } from '../base/errors';
import type { Weights } from '../network/parameters';
import { readWeightsFile } from './weights-file';

/**
 * Reads the weights from a weights file, a checkpoint's folder, or a run's folder (its newest checkpoint).
 * @throws UserError saying what is wrong; if a run's newest checkpoint is damaged, also which one is intact
 */
export async function readWeights(path: string): Promise<Weights> {
  const status = await stat(path).catch((error: unknown) => {
    throw new UserError('weights-invalid', `${path} cannot be read: ${reasonOf(error)}.`, { cause: error });
  });
  if (!status.isDirectory()) return (await readWeightsFile(path)).weights;
  const names = await readdir(path);
  if (names.includes(STATE_FILE)) return (await readCheckpoint(path)).weights;
  const [newest, ...older] = checkpointsIn(names).map((name) => join(path, name));
  if (newest !== undefined) return readNewest(newest, older);
  const runs = await runsIn(path, names);
  const hint = runs.length > 0 ? ` Name one of its runs: ${runs.join(', ')}.` : '';
  throw new UserError(
    'checkpoint-missing',
    `${path} is neither a checkpoint nor a run: it contains no ${STATE_FILE} and no checkpoints.${hint}`,
  );
}

/** Reads the newest checkpoint only: an older one is another network, which a person must choose explicitly. */
async function readNewest(newest: string, older: string[]): Promise<Weights> {
  try {
    return (await readCheckpoint(newest)).weights;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    for (const path of older) {
      const isIntact = await readCheckpoint(path).then(
        () => true,
        () => false,
      );
      if (isIntact) throw new UserError(error.code, `${error.message} The newest intact checkpoint is ${path}.`);
    }
    throw error;
  }
}

/** Newest first. */
function checkpointsIn(names: string[]): string[] {
  return names.filter(isCheckpointName).sort((a, b) => stepOf(b) - stepOf(a));
}

async function runsIn(folder: string, names: string[]): Promise<string[]> {
  const contents = await Promise.all(names.map((name) => readdir(join(folder, name)).catch(() => [])));
  return names.filter((_, i) => checkpointsIn(contents[i]!).length > 0).sort();
}
