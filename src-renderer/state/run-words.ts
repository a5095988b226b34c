/** A run in a few words, for lists. */
import type { RunOrigin, RunSummary } from '@contract/contract';
import type { Model } from '@contract/recognition';
import { type RunConfig, defaultConfig } from '@contract/schemas';
import { count, many } from '../format';

type Words = { [N in keyof RunConfig]: (value: RunConfig[N]) => string };

/** Describes settings that differ from the article's; those that affect the result most come first. */
const words: Words = {
  epochs: (epochs) => many(epochs, 'epoch'),
  learningRate: (rate) => `learning rate ${rate}`,
  augmentation: (on) => (on ? 'augmented' : 'no augmentation'),
  batchSize: (size) => `batch ${count(size)}`,
  momentum: (momentum) => `momentum ${momentum}`,
  seed: (seed) => `seed ${seed}`,
  testBatchSize: (size) => `test batch ${count(size)}`,
  logInterval: (steps) => `log every ${many(steps, 'step')}`,
  checkpointInterval: (steps) => `checkpoint every ${many(steps, 'step')}`,
};

/** The differences from the article's settings, each in a few words. */
export function differences(config: RunConfig): string[] {
  const names = Object.keys(words) as (keyof RunConfig)[];
  const differing = names.filter((name) => config[name] !== defaultConfig[name]);
  return differing.map((name) => (words[name] as (value: RunConfig[typeof name]) => string)(config[name]));
}

/** In characters: two lines of the list of runs at its usual width, broken between words. */
const ROOM = 56;
const SEPARATOR = ' · ';

/**
 * As many of the words as fit on two lines, and the number of others: "learning rate 0.02 · batch 128 · 3 more"
 * @param before what precedes them
 */
export function shortened(all: readonly string[], before = ''): string {
  const upTo = (shown: number) => {
    const others = all.length - shown;
    return [...all.slice(0, shown), ...(others === 0 ? [] : [`${others} more`])].join(SEPARATOR);
  };
  let shown = all.length;
  while (shown > 1 && before.length + upTo(shown).length > ROOM) shown--;
  return upTo(shown);
}

/** "learning rate 0.02" */
export function valueWords(setting: keyof RunConfig, value: number | boolean): string {
  return (words[setting] as (value: number | boolean) => string)(value);
}

/**
 * "from run-1, step 20", "from model.safetensors", "from the built-in network"
 * @param runs those of the folder, for their names
 */
export function originWords(origin: RunOrigin, runs: readonly RunSummary[] = []): string {
  if ('builtIn' in origin) return 'from the built-in network';
  return 'run' in origin ? `from ${shownName(runs, origin.run)}, step ${count(origin.step)}` : `from ${origin.file}`;
}

const COLOURS = 10;

/** Which of the ten colours a run has in the list and on charts, from 0. It is the same each time. */
export function colourIndex(run: string): number {
  const number = /(\d+)$/.exec(run)?.[1];
  let sum = 0;
  for (let i = 0; i < run.length; i++) sum += run.charCodeAt(i);
  const index = number === undefined ? sum : Number(number) - 1;
  return ((index % COLOURS) + COLOURS) % COLOURS;
}

export const runColour = (run: string): string => `var(--run-${colourIndex(run) + 1})`;

/** The settings that change what is learned: "3 epochs, learning rate 0.01, ..." */
export const settingsWords = (config: RunConfig): string =>
  (['epochs', 'learningRate', 'momentum', 'batchSize', 'augmentation', 'seed'] as const)
    .map((name) => valueWords(name, config[name]))
    .join(', ');

/** The name that a person gave the run; by default that of its folder. */
export const shownName = (runs: readonly RunSummary[], run: string): string =>
  runs.find((summary) => summary.run === run)?.name ?? run;

/** "run-1 at step 1,480", "model.safetensors", "the built-in network" */
export function networkWords(
  runs: readonly RunSummary[],
  { source, name, step }: Pick<Model, 'source' | 'name' | 'step'>,
  builtIn = 'the built-in network',
): string {
  if (source === 'bundled') return builtIn;
  return source === 'run' ? `${shownName(runs, name)} at step ${count(step)}` : name;
}
