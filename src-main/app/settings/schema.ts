/** What is remembered from one start to the next. */
import { z } from 'zod';
import { DataSource, DeviceChoice, RunConfig, RunName, defaultConfig } from '@contract/schemas';

const size = z.number().int().min(200).max(20_000);
const coordinate = z.number().int().min(-100_000).max(100_000).nullable();
const Path = z.string();
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Its position and size when it is not maximised; no position before the first time. */
const Window = z.strictObject({ x: coordinate, y: coordinate, width: size, height: size, maximized: z.boolean() });
const defaultWindow: z.infer<typeof Window> = { x: null, y: null, width: 1280, height: 800, maximized: false };

export const Theme = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof Theme>;

/** What a settings file may say. What it does not say has its default. */
export const StatedSettings = z
  .strictObject({
    folder: Path.nullable(),
    shownRuns: z.record(Path, RunName),
    dataSource: DataSource.nullable(),
    dataSources: z.record(Sha256, DataSource),
    device: DeviceChoice,
    config: RunConfig.partial(),
    theme: Theme,
    window: Window.partial(),
  })
  .partial();

/** Reads settings out of whatever a file says: each that cannot be used gets its default. */
export const Settings = z.object({
  /** The checkpoint folder. */
  folder: Path.nullable().catch(null),
  /** The run that was shown last, by checkpoint folder; the folder that was changed last comes last. */
  shownRuns: usableEntries(Path, RunName),
  /** The person's own data; null for the bundled MNIST. */
  dataSource: DataSource.nullable().catch(null),
  /** Where data are that were loaded, by their SHA-256; those that were loaded last come last. */
  dataSources: usableEntries(Sha256, DataSource),
  /** What to train on. */
  device: DeviceChoice.catch('auto'),
  /** For the next run. */
  config: usableFields(RunConfig.shape, defaultConfig),
  /** The window's colours: the system's, or one of the two whatever the system has. */
  theme: Theme.catch('system'),
  window: usableFields(Window.shape, defaultWindow),
});
export type Settings = z.infer<typeof Settings>;

export const defaultSettings: Settings = Settings.parse({});

/** An object of which each field that cannot be used gets its default. */
function usableFields<S extends z.ZodRawShape, T extends { [K in keyof S]: z.infer<S[K]> }>(shape: S, defaults: T) {
  const fields = Object.entries(shape).map(([name, field]) => [
    name,
    (field as z.ZodType).catch(defaults[name as keyof T]),
  ]);
  return z.object(Object.fromEntries(fields) as z.ZodRawShape).catch(defaults) as unknown as z.ZodType<T>;
}

/** A record of which each entry that cannot be used is left out. */
function usableEntries<V>(key: z.ZodType<string>, value: z.ZodType<V>) {
  return z
    .record(z.string(), z.unknown())
    .catch({})
    .transform((entries): Record<string, V> =>
      Object.fromEntries(
        Object.entries(entries).flatMap(([name, stated]) => {
          const read = value.safeParse(stated);
          return key.safeParse(name).success && read.success ? [[name, read.data] as const] : [];
        }),
      ),
    );
}
