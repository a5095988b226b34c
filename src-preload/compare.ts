/** The messages about compared runs. */
import { z } from 'zod';
import type { RunOrigin } from './contract';
import type { TrialPart } from './queue';
import type { Interval } from './results';
import { type History, type ImageRemedy, type RunConfig, RunName } from './schemas';

/** The most runs that a person can compare at a time. */
export const maxCompared = 10;

/** Identifies a run by its name and its folder. */
export const RunRef = z.strictObject({
  run: RunName,
  /** 0 is the checkpoint folder; the folders that a person added since the start follow from 1. */
  folder: z.number().int().min(0).max(1000),
});
export type RunRef = z.infer<typeof RunRef>;

export const RunRefs = z
  .array(RunRef)
  .min(1, 'Choose a run to compare')
  .max(maxCompared, 'At most 10 runs can be compared');
export const RunPair = z.tuple([RunRef, RunRef]);

/** Runs of another folder that a person added. */
export interface OtherFolder {
  /** See `RunRef`. */
  folder: number;
  path: string;
  runs: { run: string; name: string }[];
}

/** The data that a run was trained and tested on. */
interface ComparedData {
  name: string;
  sha256: string;
  trainCount: number;
  testCount: number;
  remedy: ImageRemedy | null;
  /** Present if a person's drawings were added to a dataset, the base. */
  lesson?: { base: { name: string; sha256: string }; drawings: number; heldOut: number } | undefined;
}

/** The result of a run's newest test. */
interface ComparedTest {
  correct: number;
  total: number;
  loss: number;
  /** The 95% confidence interval of the accuracy. */
  interval: Interval;
}

export interface ComparedRun {
  ref: RunRef;
  /** Distinguishes it from runs of the same name. */
  runId: string;
  name: string;
  config: RunConfig;
  data: ComparedData;
  origin: RunOrigin | null;
  device: string;
  step: number;
  epochsDone: number;
  finished: boolean;
  /** With at most 1,000 training losses; if there are more, these are the means of equal parts. */
  history: History;
  /** The seconds spent in training steps until this many examples were seen, ascending; nearly linear in between. */
  times: { examplesSeen: number; seconds: number }[];
  /** null before the first test. */
  test: ComparedTest | null;
}

/** A run that cannot be compared, and why. */
export interface UnreadableRun {
  ref: RunRef;
  problem: string;
}

/** One network's answer for each test image: lists of bytes or little-endian float32, as base64. */
export interface ComparedAnswers {
  step: number;
  predictions: string;
  /** The probabilities of the predictions. */
  probabilities: string;
  losses: string;
}

/** The answers of two networks to the same test set. */
export interface AnswersCompared {
  labels: string;
  sha256: string;
  total: number;
  answers: [ComparedAnswers, ComparedAnswers];
  /** How many images only the first network reads correctly, and only the second. */
  onlyFirst: number;
  onlySecond: number;
  /** The probability that chance alone makes them differ at least this much (McNemar's exact test). */
  pValue: number;
}

/** The result of a trial so far. */
export interface TrialResult {
  trial: Omit<TrialPart, 'side'>;
  /** In the order in which they were started. */
  runs: (ComparedRun & { side: 0 | 1 })[];
  /** The two accuracies for each seed for which both runs are finished. */
  pairs: { seed: number; accuracies: [number, number] }[];
  verdict: TrialVerdict | null;
}

/** How much higher the second value's accuracy is than the first's. */
export interface TrialVerdict {
  mean: number;
  /** The 97% confidence interval of the mean. */
  interval: Interval;
  /** Whether the interval excludes 0. */
  differs: boolean;
}
