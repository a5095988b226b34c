import { randomBits } from './random';

/** Factors by which the activations of one training step are multiplied. */
export interface DropoutMasks {
  /** batch x 20: whole channels of the second convolution (PyTorch's Dropout2d) */
  channels: Float32Array;
  /** batch x 50: the units of the first linear layer */
  units: Float32Array;
}

/** A unit that is kept (probability 1/2) is scaled by 2. */
const KEPT = 2;

/** Masks of ones, which leave the activations unchanged. */
export function withoutDropout(batch: number): DropoutMasks {
  return { channels: new Float32Array(batch * 20).fill(1), units: new Float32Array(batch * 50).fill(1) };
}

/** The dropout masks (rate 1/2) of one training step: a function of the seed and the step. */
export function dropoutMasks(batch: number, seed: number, step: number): DropoutMasks {
  const factors = new Float32Array(randomBits(batch * 70, { seed, purpose: 'dropout', index: step }));
  for (let i = 0; i < factors.length; i++) factors[i]! *= KEPT;
  return { channels: factors.subarray(0, batch * 20), units: factors.subarray(batch * 20) };
}
