import type { Problem } from '@contract/contract';
import { BUNDLED_SHA256 } from '../../data/mnist';
import type { SettingsStore } from './store';

/** Folders of data that are remembered. */
const MAX_FOLDERS = 20;

/** Remembers which data folders a person has chosen, and which data are in them. */
export class DataFolders {
  constructor(private readonly settings: Pick<SettingsStore, 'get' | 'set'>) {}

  /** Writes only where it is not the newest already. @param sha256 of the data that were loaded from the folder */
  remember(path: string, sha256: string): void {
    const known = Object.entries(this.settings.get('dataFolders'));
    const [newestSha256, newestPath] = known.at(-1) ?? [];
    if (newestSha256 === sha256 && newestPath === path) return;
    // A folder whose data were replaced holds only the new ones.
    const others = known.filter(([otherSha256, otherPath]) => otherSha256 !== sha256 && otherPath !== path);
    this.#keep([...others, [sha256, path]]);
  }

  /** The folder does not hold these data any more. */
  forget(sha256: string): void {
    this.#keep(Object.entries(this.settings.get('dataFolders')).filter(([other]) => other !== sha256));
  }

  /** @returns where the data are, null for the bundled MNIST; undefined where that is not known */
  find(sha256: string): string | null | undefined {
    return sha256 === BUNDLED_SHA256 ? null : this.settings.get('dataFolders')[sha256];
  }

  /** @returns the problem, which says whether the data that it is about are remembered */
  describe<T extends Problem>(problem: T): T {
    const { otherData } = problem;
    if (!otherData) return problem;
    return { ...problem, otherData: { ...otherData, isRemembered: this.find(otherData.sha256) !== undefined } };
  }

  #keep(folders: [sha256: string, path: string][]): void {
    this.settings.set('dataFolders', Object.fromEntries(folders.slice(-MAX_FOLDERS)));
  }
}
