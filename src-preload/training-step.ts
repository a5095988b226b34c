/** One training step of a run, taken apart, as sent to the window. Lists of numbers are base64: float32, little-endian. */
import type { GreyImage } from './schemas';

/** The maximum number of images of a batch that are sent. */
export const MAX_STEP_IMAGES = 256;

/** One of the network's four layers, with its weights and biases. */
export interface LayerOfStep {
  name: 'conv1' | 'conv2' | 'fc1' | 'fc2';
  /** The number of its weights and biases. */
  size: number;
  /** Euclidean norms over all of them. */
  gradient: number;
  /** How far the optimizer moved them. */
  change: number;
  /** Of the weights and biases themselves, before the step. */
  weights: number;
}

/** All 5 x 5 kernels of a convolution: [outputs, inputs, 5, 5]. */
export interface KernelsOfStep {
  before: string;
  /** The gradient of the batch's mean loss. */
  gradient: string;
  /** The momentum buffers before the step. */
  momentum: string;
  after: string;
}

export interface TrainingStep {
  run: string;
  /** Counted from 1: it leads from the state after `step - 1` steps to that after `step`. */
  step: number;
  /** Counted from 1. */
  epoch: number;
  /** Counted from 1. */
  batch: number;
  batchesPerEpoch: number;
  learningRate: number;
  momentum: number;
  /** Whether the images are varied, as they were in this step. */
  augmentation: boolean;
  /** The number of images in the batch. */
  count: number;
  /** The first images of the batch, at most `MAX_STEP_IMAGES`, as the network saw them. */
  images: GreyImage[];
  /** The label of each image that is sent, one byte each; 10 for an image that shows no digit. */
  labels: string;
  /** The loss of each image that is sent. */
  losses: string;
  lossesAfter: string;
  /** Ten log-probabilities for each image that is sent, with dropout. */
  outputs: string;
  /** The same after the step, with the same dropout. */
  outputsAfter: string;
  /** One byte for each part that dropout can switch off: 1 if it was on. For each image 20 maps, then 50 units. */
  kept: string;
  /** The mean loss of the whole batch; null if it is not finite. */
  loss: number | null;
  /** The same after the step, with the same dropout. */
  lossAfter: number | null;
  /** The loss that the run logged for this step; null if it logged none. */
  loggedLoss: number | null;
  layers: LayerOfStep[];
  /** [10, 1, 5, 5] */
  firstLayer: KernelsOfStep;
  /** [20, 10, 5, 5] */
  secondLayer: KernelsOfStep;
}
