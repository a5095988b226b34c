/** What is remembered from one start to the next. */
import { z } from 'zod';
import { DeviceChoice, DataSource, RunConfig, RunName, defaultConfig } from '@contract/schemas';

const size = z.number().int().min(200).max(20_000);
const coordinate = z.number().int().min(-100_000).max(100_000).nullable();

export const Settings = z.strictObject({
  /** The checkpoint folder. */
  folder: z.string().nullable(),
  /** The run that was shown last, by checkpoint folder; the folder that was changed last comes last. */
  shownRuns: z.record(z.string(), RunName),
  /** The person's own data; null for the bundled MNIST. */
  dataSource: DataSource.nullable(),
  /** Where data are that were loaded, by their SHA-256; those that were loaded last come last. */
  dataSources: z.record(z.string().regex(/^[0-9a-f]{64}$/), DataSource),
  /** What to train on. */
  device: DeviceChoice,
  /** For the next run. */
  config: RunConfig,
  /** Its position and size when it is not maximised; no position before the first time. */
  window: z.strictObject({ x: coordinate, y: coordinate, width: size, height: size, maximized: z.boolean() }),
});
export type Settings = z.infer<typeof Settings>;

export const defaultSettings: Settings = {
  folder: null,
  shownRuns: {},
  dataSource: null,
  dataSources: {},
  device: 'auto',
  config: defaultConfig,
  window: { x: null, y: null, width: 1280, height: 800, maximized: false },
};
