import { parseNumber } from '@contract/numbers';
import { NewTrial, type TrialSetting } from '@contract/queue';
import { RunConfig } from '@contract/schemas';
import { uncapital } from '../format';
import { whatToType } from './settings.svelte';

/** The settings that can be tried, each with two values to begin with. */
export const trialSettings: { id: TrialSetting; title: string; values: [string, string] }[] = [
  { id: 'learningRate', title: 'Learning rate', values: ['0.01', '0.02'] },
  { id: 'momentum', title: 'Momentum', values: ['0.5', '0.9'] },
  { id: 'batchSize', title: 'Batch size', values: ['64', '128'] },
  { id: 'epochs', title: 'Epochs', values: ['1', '3'] },
  { id: 'augmentation', title: 'Augmentation', values: ['', ''] },
];

/** The form for a trial, as typed so far. */
export class TrialForm {
  #setting = $state.raw<TrialSetting>('learningRate');
  readonly texts = $state<[string, string]>(['0.01', '0.02']);
  seeds = $state('5');

  get setting(): TrialSetting {
    return this.#setting;
  }

  choose(setting: TrialSetting): void {
    this.#setting = setting;
    const { values } = trialSettings.find(({ id }) => id === setting)!;
    [this.texts[0], this.texts[1]] = values;
  }

  /** @param config all other settings @returns the trial, or what is wrong with it, in words */
  check(config: RunConfig | null): { trial: NewTrial; problem: null } | { trial: null; problem: string } {
    if (config === null) return { trial: null, problem: 'Correct the settings of “New run” first' };
    const values =
      this.#setting === 'augmentation' ? [false, true] : [parseNumber(this.texts[0]), parseNumber(this.texts[1])];
    const seeds = parseNumber(this.seeds);
    if (values.some((value) => Number.isNaN(value))) return { trial: null, problem: 'Type two values' };
    const wrong = values.some((value) => !RunConfig.safeParse({ ...config, [this.#setting]: value }).success);
    if (this.#setting !== 'augmentation' && wrong) {
      const { title } = trialSettings.find(({ id }) => id === this.#setting)!;
      return { trial: null, problem: `${title}: ${uncapital(whatToType[this.#setting])}` };
    }
    const { data, error } = NewTrial.safeParse({ config, setting: this.#setting, values, seeds });
    return data ? { trial: data, problem: null } : { trial: null, problem: wordsOf(error.issues[0]?.message) };
  }
}

const wordsOf = (message: string | undefined) =>
  message === undefined || message.startsWith('Invalid') ? 'Seeds: whole number, 3 to 10' : message;
