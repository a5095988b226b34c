import * as tf from '@tensorflow/tfjs-core';
import { GraphNetwork } from './graph/graph-network';
import type { Network } from './network';
import { type Weights, zeroWeights } from './parameters';
import { PlainNetwork } from './plain/plain-network';

/** Makes the network for the backend that TensorFlow.js runs on. @param momentumBuffers to go on with; zeros at first */
export function createNetwork(weights: Weights, momentumBuffers = zeroWeights()): Network {
  const isNative = tf.getBackend() === 'tensorflow';
  return isNative ? new GraphNetwork(weights, momentumBuffers) : new PlainNetwork(weights, momentumBuffers);
}
