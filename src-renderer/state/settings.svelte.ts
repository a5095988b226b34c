import { RunConfig, MoreEpochs, defaultConfig } from '@contract/schemas';
import { request } from '../bridge';

/** The settings that are numbers. */
export type SettingName = Exclude<keyof RunConfig, 'augmentation'>;
type Texts = Record<SettingName, string>;

// Number('') is 0, but an empty field is not.
const parse = (text: string): number => (text.trim() === '' ? NaN : Number(text));

const textsOf = (config: RunConfig): Texts => {
  const numbers = Object.entries(config).filter(([name]) => name !== 'augmentation');
  return Object.fromEntries(numbers.map(([name, value]) => [name, String(value)])) as Texts;
};

/** The settings of the next run, as typed; and how many epochs a finished run is to be given. */
export class Settings {
  readonly texts = $state<Texts>(textsOf(defaultConfig));
  augmentation = $state(defaultConfig.augmentation);
  moreEpochsText = $state('5');

  readonly #checked = $derived.by(() =>
    RunConfig.safeParse({
      ...Object.fromEntries(Object.entries(this.texts).map(([name, text]) => [name, parse(text)])),
      augmentation: this.augmentation,
    }),
  );

  /** null while a field is wrong. */
  readonly config = $derived(this.#checked.data ?? null);

  /** What is wrong with which field, in words. */
  readonly errors = $derived.by(() => {
    const errors: Partial<Record<SettingName, string>> = {};
    for (const { path, message } of this.#checked.error?.issues ?? []) errors[path[0] as SettingName] ??= message;
    return errors;
  });

  readonly areDefault = $derived(
    this.config !== null && Object.entries(defaultConfig).every(([n, v]) => this.config?.[n as keyof RunConfig] === v),
  );

  readonly #moreEpochs = $derived(MoreEpochs.safeParse(parse(this.moreEpochsText)));
  /** null while the field is wrong. */
  readonly moreEpochs = $derived(this.#moreEpochs.data ?? null);
  readonly moreEpochsError = $derived(this.#moreEpochs.error?.issues[0]?.message ?? null);

  show(config: RunConfig): void {
    Object.assign(this.texts, textsOf(config));
    this.augmentation = config.augmentation;
  }

  /** Remembers the settings if they are valid. @throws RequestError */
  async save(): Promise<void> {
    if (this.config !== null) await request('saveConfig', this.config);
  }
}
