import * as tf from '@tensorflow/tfjs-core';
import { GraphNetwork } from './graph/graph-network';
import type { Network } from './network';
import { type Weights, zeroWeights } from './parameters';
import { PlainNetwork } from './plain/plain-network';

/** Makes the network for TensorFlow.js's current backend. @param momentumBuffers the initial ones; zeros by default */
export function createNetwork(weights: Weights, momentumBuffers = zeroWeights()): Network {
  const isNative = tf.getBackend() === 'tensorflow';
  return isNative ? new GraphNetwork(weights, momentumBuffers) : new PlainNetwork(weights, momentumBuffers);
}
