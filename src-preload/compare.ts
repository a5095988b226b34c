/** Runs that are compared: which, and what the window is told of them. */
import { z } from 'zod';
import type { RunOrigin } from './contract';
import type { TrialPart } from './queue';
import type { Interval } from './results';
import { type History, type ImageRemedy, type RunConfig, RunName } from './schemas';

/** Runs that a person can compare at a time. */
export const maxCompared = 10;

/** A run: its name, and which folder it is in. */
export const RunRef = z.strictObject({
  run: RunName,
  /** 0: the checkpoint folder; the others are those that a person added since the start, from 1. */
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
export interface ComparedData {
  name: string;
  sha256: string;
  trainCount: number;
  testCount: number;
  remedy: ImageRemedy | null;
}

/** What a run's newest test says. */
export interface ComparedTest {
  correct: number;
  total: number;
  loss: number;
  /** Of the accuracy, 95 %. */
  interval: Interval;
}

export interface ComparedRun {
  ref: RunRef;
  name: string;
  config: RunConfig;
  data: ComparedData;
  origin: RunOrigin | null;
  device: string;
  step: number;
  epochsDone: number;
  finished: boolean;
  /** At most some 1,000 training losses: of more, the means of equal parts. */
  history: History;
  /** Seconds spent in training steps after so many examples, in rising order; in between it is as good as linear. */
  times: { examplesSeen: number; seconds: number }[];
  /** null before the first test. */
  test: ComparedTest | null;
}

/** A run that cannot be compared, and why. */
export interface UnreadableRun {
  ref: RunRef;
  problem: string;
}

/** What one network answered for each test image, as lists of bytes and of float32 (little-endian), in base64. */
export interface ComparedAnswers {
  step: number;
  predictions: string;
  /** Of the predictions. */
  probabilities: string;
  losses: string;
}

/** Two networks on the same test set. */
export interface AnswersCompared {
  labels: string;
  sha256: string;
  total: number;
  answers: [ComparedAnswers, ComparedAnswers];
  /** Images that only the first, and only the second, reads right. */
  onlyFirst: number;
  onlySecond: number;
  /** How likely chance alone makes them differ at least as much: McNemar's exact test. */
  pValue: number;
}

/** What a trial has found so far. */
export interface TrialResult {
  trial: Omit<TrialPart, 'side'>;
  /** In the order in which they were begun. */
  runs: (ComparedRun & { side: 0 | 1 })[];
  /** For each seed of which both runs are finished: the two accuracies. */
  pairs: { seed: number; accuracies: [number, number] }[];
  verdict: TrialVerdict | null;
}

/** By how much the second value's accuracy is higher than the first's. */
export interface TrialVerdict {
  mean: number;
  /** 97 %. */
  interval: Interval;
  /** Whether the interval leaves out 0. */
  differs: boolean;
}
