import { dirname, basename } from 'node:path';
import type { OtherFolder } from '@contract/compare';
import { UserError } from '../base/errors';
import { CheckpointStore } from '../checkpoints/store';

/** Folders beside the checkpoint folder whose runs a person added to compare them. They are only read. */
export class OtherFolders {
  /** The folder at place 0 has number 1. */
  readonly #paths: string[] = [];

  /** @throws UserError `no-folder` */
  path(number: number): string {
    const path = this.#paths[number - 1];
    if (path === undefined) throw new UserError('no-folder', 'The folder of this run was not added. Add it again.');
    return path;
  }

  /**
   * Adds the runs of a folder. Where a person chose the folder of a run, that run is meant.
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
      `${chosen} holds no runs. Choose the folder of a run, or one that runs are kept in.`,
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
