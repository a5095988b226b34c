import { type Weights, fanIn, mapParameters, parameterShapes, sizeOf } from './parameters';
import { uniform } from './random';

/** PyTorch's default for convolutions and linear layers: U(-1/sqrt(fan_in), 1/sqrt(fan_in)). */
export function initialWeights(seed: number): Weights {
  return mapParameters((name, index) => {
    const bound = 1 / Math.sqrt(fanIn(name));
    return uniform(sizeOf(parameterShapes[name]), -bound, bound, { seed, purpose: 'initialisation', index });
  });
}
