import type { NetworkParts } from '@contract/schemas';
import { type ParameterName, type Weights, parameterShapes } from './parameters';

/** The parameters of each part: a convolution's map, or a unit of the hidden layer. */
const layers: Record<keyof NetworkParts, { weight: ParameterName; bias: ParameterName }> = {
  firstLayer: { weight: 'conv1.weight', bias: 'conv1.bias' },
  secondLayer: { weight: 'conv2.weight', bias: 'conv2.bias' },
  units: { weight: 'fc1.weight', bias: 'fc1.bias' },
};

/**
 * Switches parts of the network off: what they give to the next layer is 0. A map or unit whose weights and bias are 0
 * is 0 before and after pooling and ReLU, whatever the image.
 * @returns a copy; the given weights stay as they are
 */
export function withoutParts(weights: Weights, parts: NetworkParts): Weights {
  const copy = structuredClone(weights);
  for (const [layer, { weight, bias }] of Object.entries(layers)) {
    // PyTorch's first axis is the output.
    const size = weights[weight].length / parameterShapes[weight][0];
    for (const part of parts[layer as keyof NetworkParts]) {
      copy[weight].fill(0, part * size, (part + 1) * size);
      copy[bias][part] = 0;
    }
  }
  return copy;
}
