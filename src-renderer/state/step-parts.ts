/** Decodes a training step that was taken apart. */
import type { GreyImage } from '@contract/contract';
import type { KernelsOfStep, LayerOfStep, TrainingStep } from '@contract/training-step';
import { bytesOf, floatsOf } from './decode';

/** An image of the batch, with what the network made of it. */
export interface StepImage {
  pixels: GreyImage;
  /** 10 for an image that shows no digit. */
  label: number;
  loss: number;
  lossAfter: number;
  /** Ten probabilities, with dropout. */
  output: readonly number[];
  outputAfter: readonly number[];
  /** The likeliest digit. */
  answer: number;
  answerAfter: number;
  /** Whether dropout left each of the 20 maps on. */
  keptMaps: readonly boolean[];
  /** The same for the 50 units. */
  keptUnits: readonly boolean[];
}

/** One 5 x 5 kernel; the lists have its 25 weights, row by row. */
export interface StepKernel {
  before: Float32Array;
  gradient: Float32Array;
  /** The momentum buffer before the step. */
  momentum: Float32Array;
  after: Float32Array;
  /** `after - before` */
  change: Float64Array;
  /** Euclidean norms. */
  gradientSize: number;
  changeSize: number;
}

/** A training step with decoded lists. */
export interface StepParts extends Omit<
  TrainingStep,
  'images' | 'labels' | 'losses' | 'lossesAfter' | 'outputs' | 'outputsAfter' | 'kept' | 'firstLayer' | 'secondLayer'
> {
  images: readonly StepImage[];
  layers: LayerOfStep[];
  /** The 10 kernels of the first convolution. */
  firstLayer: readonly StepKernel[];
  /** The 200 kernels of the second one: for each of its 20 maps, one for each map of the first. */
  secondLayer: readonly StepKernel[];
}

const CLASSES = 10;
const MAPS = 20;
const UNITS = 50;
/** Weights of a kernel. */
const SIZE = 25;

export function decodeStep(step: TrainingStep): StepParts {
  const { images, labels, losses, lossesAfter, outputs, outputsAfter, kept, firstLayer, secondLayer, ...rest } = step;
  const [lossOf, lossAfterOf] = [floatsOf(losses), floatsOf(lossesAfter)];
  const [before, after] = [floatsOf(outputs), floatsOf(outputsAfter)];
  const [labelOf, isKept] = [bytesOf(labels), bytesOf(kept)];
  return {
    ...rest,
    images: images.map((pixels, i) => {
      const parts = Array.from(isKept.subarray(i * (MAPS + UNITS), (i + 1) * (MAPS + UNITS)), (value) => value === 1);
      const [output, outputAfter] = [probabilitiesIn(before, i), probabilitiesIn(after, i)];
      return {
        pixels,
        label: labelOf[i]!,
        loss: lossOf[i]!,
        lossAfter: lossAfterOf[i]!,
        output,
        outputAfter,
        answer: output.indexOf(Math.max(...output)),
        answerAfter: outputAfter.indexOf(Math.max(...outputAfter)),
        keptMaps: parts.slice(0, MAPS),
        keptUnits: parts.slice(MAPS),
      };
    }),
    firstLayer: kernelsOf(firstLayer),
    secondLayer: kernelsOf(secondLayer),
  };
}

const probabilitiesIn = (logProbabilities: Float32Array, i: number) =>
  Array.from(logProbabilities.subarray(i * CLASSES, (i + 1) * CLASSES), Math.exp);

function kernelsOf({ before, gradient, momentum, after }: KernelsOfStep): StepKernel[] {
  const lists = [before, gradient, momentum, after].map(floatsOf);
  return Array.from({ length: lists[0]!.length / SIZE }, (_, kernel) => {
    const [was, slope, buffer, is] = lists.map((list) => list.subarray(kernel * SIZE, (kernel + 1) * SIZE)) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const change = Float64Array.from(is, (value, i) => value - was[i]!);
    return {
      before: was,
      gradient: slope,
      momentum: buffer,
      after: is,
      change,
      gradientSize: Math.hypot(...slope),
      changeSize: Math.hypot(...change),
    };
  });
}

/** The largest absolute value in all lists; 1 if all are 0, so that it can be divided by. */
export function largestIn(lists: readonly ArrayLike<number>[]): number {
  return (
    lists.reduce((most, list) => Array.from(list).reduce((so, value) => Math.max(so, Math.abs(value)), most), 0) || 1
  );
}

/** The index of the weight that moved most. */
export function mostMoved({ change }: StepKernel): number {
  return change.reduce((most, value, i) => (Math.abs(value) > Math.abs(change[most]!) ? i : most), 0);
}
