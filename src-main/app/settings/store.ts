import Store from 'electron-store';
import { join } from 'node:path';
import { reasonOf } from '../../base/errors';
import { migrations } from './migrations';
import { readSettings } from './read';
import type { Settings } from './schema';

const NAME = 'settings';

/** The settings, stored in the file `settings.json` of a folder. */
export class SettingsStore {
  readonly #file: string;
  #store: Store | null = null;
  readonly #values: Settings;
  /** What was wrong with the file when it was read, and what was done about it; null if nothing was. */
  readonly notice: string | null;

  /**
   * @param folder the user's profile
   * @param onUnwritten called with a message if the settings cannot be written; they then last until the end
   */
  constructor(
    private readonly folder: string,
    private readonly onUnwritten: (message: string) => void,
  ) {
    this.#file = join(folder, `${NAME}.json`);
    const { settings, changed, notice } = readSettings(this.#file);
    this.#values = settings;
    this.notice = notice;
    if (changed) this.#write();
  }

  get<K extends keyof Settings>(name: K): Settings[K] {
    return this.#values[name];
  }

  set<K extends keyof Settings>(name: K, value: Settings[K]): void {
    this.#values[name] = value;
    this.#write();
  }

  #write(): void {
    try {
      this.#store ??= new Store({ name: NAME, cwd: this.folder, clearInvalidConfig: true });
      this.#store.store = { version: migrations.length + 1, ...this.#values };
    } catch (error) {
      this.onUnwritten(
        `The settings could not be written to ${this.#file}: ${reasonOf(error)}. They are kept only until you quit Digit Studio. Fix this, then change any setting to save them all.`,
      );
    }
  }
}
