import { dirname, basename } from 'node:path';
import type { OtherFolder } from '@contract/compare';
import { UserError } from '../base/errors';
import { CheckpointStore } from '../checkpoints/store';

/** Other folders whose runs a person added for comparison. They are only read. */
export class OtherFolders {
  /** The folder at index 0 has number 1. */
  readonly #paths: string[] = [];

  /** @throws UserError `no-folder` */
  path(number: number): string {
    const path = this.#paths[number - 1];
    if (path === undefined)
      throw new UserError('no-folder', 'The folder of this run is no longer among those compared. Add it again.');
    return path;
  }

  /**
   * Adds the runs of a folder. If the folder is itself a run's folder, only that run is added.
   * @throws UserError `no-runs`, `folder-unusable`
   */
  async add(chosen: string): Promise<OtherFolder> {
    const inFolder = await runsOf(chosen);
    if (inFolder.length > 0) return this.#note(chosen, inFolder);
    const parent = dirname(chosen);
    const itself = (await runsOf(parent).catch(() => [])).filter(({ run }) => run === basename(chosen));
    if (itself.length > 0) return this.#note(parent, itself);
    throw new UserError(
      'no-runs',
      `${chosen} contains no runs. Choose a run's folder, or a folder that contains runs.`,
    );
  }

  #note(path: string, runs: OtherFolder['runs']): OtherFolder {
    if (!this.#paths.includes(path)) this.#paths.push(path);
    return { folder: this.#paths.indexOf(path) + 1, path, runs };
  }
}

async function runsOf(folder: string): Promise<OtherFolder['runs']> {
  return (await new CheckpointStore(folder).runs()).map(({ run, name }) => ({ run, name }));
}
