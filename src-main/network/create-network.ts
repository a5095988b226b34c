import * as tf from '@tensorflow/tfjs-core';
import { GraphNetwork, sharedSession } from './graph/graph-network';
import { activeBinding } from './graph/native-binding';
import type { Network } from './network';
import { type Weights, zeroWeights } from './parameters';
import { PlainNetwork } from './plain/plain-network';

/** Makes the network for the current device. @param momentumBuffers the initial ones; zeros by default */
export function createNetwork(weights: Weights, momentumBuffers = zeroWeights()): Network {
  const binding = activeBinding();
  if (binding === null) return new PlainNetwork(weights, momentumBuffers);
  return new GraphNetwork(weights, momentumBuffers, sharedSession(binding));
}

/** Whether networks run in plain JavaScript, which is many times slower than anything else. */
export function isPlainJavaScript(): boolean {
  return activeBinding() === null && tf.getBackend() === 'cpu';
}
