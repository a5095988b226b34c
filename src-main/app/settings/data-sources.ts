import type { Problem } from '@contract/contract';
import type { DataSource } from '@contract/schemas';
import { BUNDLED_SHA256 } from '../../data/mnist';
import { remedyOf } from '../../data/remedy';
import type { SettingsStore } from './store';

/** How many data sources are remembered. */
const MAX_SOURCES = 20;

/** Remembers the data folders that a person chose, how their images are used, and the resulting data's checksum. */
export class DataSources {
  constructor(private readonly settings: Pick<SettingsStore, 'get' | 'set'>) {}

  /** Writes only if it is not the newest source. @param sha256 of the data loaded from the source */
  remember(source: DataSource, sha256: string): void {
    const known = Object.entries(this.settings.get('dataSources'));
    const [newestSha256, newest] = known.at(-1) ?? [];
    if (newestSha256 === sha256 && newest && isSameSource(newest, source)) return;
    // A folder whose data were replaced contains only the new data.
    const others = known.filter(([otherSha256, other]) => otherSha256 !== sha256 && !givesSameImages(other, source));
    this.#keep([...others, [sha256, source]]);
  }

  /** Forgets the source of these data, since it no longer contains them. */
  forget(sha256: string): void {
    this.#keep(Object.entries(this.settings.get('dataSources')).filter(([other]) => other !== sha256));
  }

  /** @returns the source of the data, null for the bundled MNIST; undefined if unknown */
  find(sha256: string): DataSource | null | undefined {
    return sha256 === BUNDLED_SHA256 ? null : this.settings.get('dataSources')[sha256];
  }

  /** The class names that the person gave to the data in a folder, if any. */
  namesOf(folder: string): Pick<DataSource, 'classNames'> {
    const sources = Object.values(this.settings.get('dataSources'));
    const named = sources.findLast((source) => source.folder === folder && source.classNames !== undefined);
    return named?.classNames ? { classNames: named.classNames } : {};
  }

  /** Adds to a problem whether the source of its data is remembered. */
  describe<T extends Problem>(problem: T): T {
    const { otherData } = problem;
    if (!otherData) return problem;
    return { ...problem, otherData: { ...otherData, isRemembered: this.find(otherData.sha256) !== undefined } };
  }

  #keep(sources: [sha256: string, source: DataSource][]): void {
    this.settings.set('dataSources', Object.fromEntries(sources.slice(-MAX_SOURCES)));
  }
}

function isSameSource(a: DataSource, b: DataSource): boolean {
  const names = (source: DataSource) => JSON.stringify(source.classNames);
  return a.folder === b.folder && a.images === b.images && names(a) === names(b);
}

function givesSameImages(a: DataSource, b: DataSource): boolean {
  return a.folder === b.folder && remedyOf(a.images) === remedyOf(b.images);
}
