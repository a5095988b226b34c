/** The settings, which are kept from one start to the next. */
import { z } from 'zod';
import {
  DEFAULT_SNAPSHOT_ROOM,
  DataSource,
  DeviceChoice,
  RunConfig,
  RunName,
  SnapshotRoom,
  defaultConfig,
} from '@contract/schemas';

const size = z.number().int().min(200).max(20_000);
const coordinate = z.number().int().min(-100_000).max(100_000).nullable();
const Path = z.string();
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The window's position (null before the first start) and size when it is not maximised. */
const Window = z.strictObject({ x: coordinate, y: coordinate, width: size, height: size, maximized: z.boolean() });
const defaultWindow: z.infer<typeof Window> = { x: null, y: null, width: 1280, height: 800, maximized: false };

export const Theme = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof Theme>;

/** The valid content of a settings file. Missing settings have their defaults. */
export const StatedSettings = z
  .strictObject({
    folder: Path.nullable(),
    shownRuns: z.record(Path, RunName),
    dataSource: DataSource.nullable(),
    dataSources: z.record(Sha256, DataSource),
    device: DeviceChoice,
    snapshotRoom: SnapshotRoom,
    config: RunConfig.partial(),
    theme: Theme,
    window: Window.partial(),
  })
  .partial();

/** Parses settings from any content: invalid settings get their defaults. */
export const Settings = z.object({
  /** The checkpoint folder. */
  folder: Path.nullable().catch(null),
  /** The last shown run by checkpoint folder; the most recently changed folder comes last. */
  shownRuns: usableEntries(Path, RunName),
  /** The person's own data; null for the bundled MNIST. */
  dataSource: DataSource.nullable().catch(null),
  /** The sources of loaded data by the data's SHA-256; the most recently loaded comes last. */
  dataSources: usableEntries(Sha256, DataSource),
  /** The device to train on. */
  device: DeviceChoice.catch('auto'),
  /** See the contract's `Studio`. */
  snapshotRoom: SnapshotRoom.catch(DEFAULT_SNAPSHOT_ROOM),
  /** The configuration of the next run. */
  config: usableFields(RunConfig.shape, defaultConfig),
  /** The window's colours: as in the system, or always light or dark. */
  theme: Theme.catch('system'),
  window: usableFields(Window.shape, defaultWindow),
});
export type Settings = z.infer<typeof Settings>;

export const defaultSettings: Settings = Settings.parse({});

/** An object whose invalid fields get their defaults. */
function usableFields<S extends z.ZodRawShape, T extends { [K in keyof S]: z.infer<S[K]> }>(shape: S, defaults: T) {
  const fields = Object.entries(shape).map(([name, field]) => [
    name,
    (field as z.ZodType).catch(defaults[name as keyof T]),
  ]);
  return z.object(Object.fromEntries(fields) as z.ZodRawShape).catch(defaults) as unknown as z.ZodType<T>;
}

/** A record whose invalid entries are left out. */
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
