import { RunConfig, MoreEpochs, defaultConfig } from '@contract/schemas';
import { request } from '../bridge';

export type SettingName = keyof RunConfig;
type Texts = Record<SettingName, string>;

// Number('') is 0, but an empty field is not.
const parse = (text: string): number => (text.trim() === '' ? NaN : Number(text));

const textsOf = (config: RunConfig): Texts =>
  Object.fromEntries(Object.entries(config).map(([name, value]) => [name, String(value)])) as Texts;

/** The settings of the next run, as typed; and how many epochs a finished run is to be given. */
export class Settings {
  readonly texts = $state<Texts>(textsOf(defaultConfig));
  moreEpochsText = $state('5');

  readonly #checked = $derived.by(() =>
    RunConfig.safeParse(Object.fromEntries(Object.entries(this.texts).map(([name, text]) => [name, parse(text)]))),
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
    this.config !== null && Object.entries(defaultConfig).every(([n, v]) => this.config?.[n as SettingName] === v),
  );

  readonly #moreEpochs = $derived(MoreEpochs.safeParse(parse(this.moreEpochsText)));
  /** null while the field is wrong. */
  readonly moreEpochs = $derived(this.#moreEpochs.data ?? null);
  readonly moreEpochsError = $derived(this.#moreEpochs.error?.issues[0]?.message ?? null);

  show(config: RunConfig): void {
    Object.assign(this.texts, textsOf(config));
  }

  /** Remembers the settings if they are valid. @throws RequestError */
  async save(): Promise<void> {
    if (this.config !== null) await request('saveConfig', this.config);
  }
}
