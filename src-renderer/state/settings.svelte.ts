import { parseNumber } from '@contract/numbers';
import { RunConfig, MoreEpochs, defaultConfig } from '@contract/schemas';
import { request } from '../bridge';

/** The numeric settings. */
export type SettingName = Exclude<keyof RunConfig, 'augmentation'>;
type Texts = Record<SettingName, string>;

/** The valid input of each field, in words. */
export const whatToType: Record<SettingName | 'moreEpochs', string> = {
  epochs: 'Whole number, 1 to 10,000',
  batchSize: 'Whole number, 1 to 10,000',
  testBatchSize: 'Whole number, 1 to 10,000',
  learningRate: 'Number above 0, up to 10',
  momentum: 'Number from 0 to below 1',
  logInterval: 'Whole number, 1 to 100,000',
  checkpointInterval: 'Whole number, 1 to 100,000',
  seed: 'Whole number, 0 to 4,294,967,295',
  moreEpochs: 'Whole number, 1 to 1,000',
};

const textsOf = (config: RunConfig): Texts => {
  const numbers = Object.entries(config).filter(([name]) => name !== 'augmentation');
  return Object.fromEntries(numbers.map(([name, value]) => [name, String(value)])) as Texts;
};

/** The typed settings of the next run, and the number of epochs to add to a finished run. */
export class Settings {
  readonly texts = $state<Texts>(textsOf(defaultConfig));
  augmentation = $state(defaultConfig.augmentation);
  moreEpochsText = $state('5');

  readonly #checked = $derived.by(() =>
    RunConfig.safeParse({
      ...Object.fromEntries(Object.entries(this.texts).map(([name, text]) => [name, parseNumber(text)])),
      augmentation: this.augmentation,
    }),
  );

  /** null while a field is invalid. */
  readonly config = $derived(this.#checked.data ?? null);

  /** What to type into invalid fields. */
  readonly errors = $derived.by(() => {
    const names = (this.#checked.error?.issues ?? []).map(({ path }) => path[0] as SettingName);
    return Object.fromEntries(names.map((name) => [name, whatToType[name]]));
  });

  /** Whether the fields equal these settings. */
  are(config: RunConfig): boolean {
    const names = Object.keys(config) as (keyof RunConfig)[];
    return names.every((name) => this.config?.[name] === config[name]);
  }

  readonly #moreEpochs = $derived(MoreEpochs.safeParse(parseNumber(this.moreEpochsText)));
  /** null while the field is invalid. */
  readonly moreEpochs = $derived(this.#moreEpochs.data ?? null);
  readonly moreEpochsError = $derived(this.moreEpochs === null ? whatToType.moreEpochs : null);

  show(config: RunConfig): void {
    Object.assign(this.texts, textsOf(config));
    this.augmentation = config.augmentation;
  }

  /** Remembers the settings if they are valid. @throws RequestError */
  async save(): Promise<void> {
    if (this.config !== null) await request('saveConfig', this.config);
  }
}
