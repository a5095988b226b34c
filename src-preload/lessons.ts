/** The messages about lessons: runs that teach a network a person's own digits. */
import { z } from 'zod';
import type { Interval } from './results';
import { type GreyImage, RunName } from './schemas';

/** The network of a lesson's run that is in use: the one that it started from, or the one that has learned. */
export const LessonNetwork = z.enum(['before', 'after']);
export type LessonNetwork = z.infer<typeof LessonNetwork>;

export const LessonChoice = z.strictObject({ run: RunName, network: LessonNetwork });
export type LessonChoice = z.infer<typeof LessonChoice>;

/** A network's correct answers for a set of images. */
export interface LessonScore {
  correct: number;
  /** The 95% confidence interval of the accuracy. */
  interval: Interval;
}

/** An image that only one of the two networks reads correctly. */
export interface ChangedImage {
  pixels: GreyImage;
  label: number;
  before: number;
  after: number;
}

/** The images that only the network after the lesson reads correctly (`gained`), or only the one before (`lost`). */
export interface LessonTest {
  total: number;
  before: LessonScore;
  after: LessonScore;
  gained: number;
  lost: number;
  /** At most a hundred of each, the surest answers first. */
  gainedImages: ChangedImage[];
  lostImages: ChangedImage[];
}

/** Whether the lesson was worth it: only then is the network after it used. */
export type LessonVerdict = 'gained' | 'nothing-gained' | 'lost-elsewhere';

/** What a lesson changed. */
export interface LessonResult {
  run: string;
  /** The step of the network after the lesson. */
  step: number;
  /** How many of the person's drawings it learned from. */
  drawings: number;
  /** The name of the dataset. */
  base: string;
  /** On the person's drawings that were held out. */
  own: LessonTest;
  /** On the dataset's test set. */
  dataset: LessonTest;
  /** On synthetic digits of other hands. */
  otherHands: LessonTest;
  verdict: LessonVerdict;
  /** The network that is in use. */
  network: LessonNetwork;
}
