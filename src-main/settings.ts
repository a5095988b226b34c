/** What is remembered from one start to the next, in a file of the user's profile. */
import { app } from 'electron';
import Store from 'electron-store';
import { z } from 'zod';
import { RunConfig, defaultConfig } from '@contract/schemas';

const size = z.number().int().min(200).max(20_000);

/** A value that cannot be used gives way to its default, and takes no other with it. */
const Settings = z.object({
  /** The checkpoint folder. */
  folder: z.string().nullable().catch(null),
  /** The folder with the user's own IDX files; null for the bundled MNIST. */
  dataFolder: z.string().nullable().catch(null),
  /** For the next run. */
  config: RunConfig.catch(defaultConfig),
  window: z.object({ width: size, height: size, maximized: z.boolean() }).catch({
    width: 1280,
    height: 800,
    maximized: false,
  }),
});
export type Settings = z.infer<typeof Settings>;

export class SettingsStore {
  readonly #store = new Store<Record<string, unknown>>({
    name: 'settings',
    cwd: app.getPath('userData'),
    clearInvalidConfig: true,
  });

  get<K extends keyof Settings>(name: K): Settings[K] {
    return Settings.parse(this.#store.store)[name];
  }

  set<K extends keyof Settings>(name: K, value: Settings[K]): void {
    this.#store.set(name, value);
  }
}
