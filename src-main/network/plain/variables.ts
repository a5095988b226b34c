/** The network's parameters as TensorFlow.js's variables. */
import * as tf from '@tensorflow/tfjs-core';
import {
  PARAMETER_COUNT,
  type ParameterName,
  type Weights,
  fromVector,
  mapParameters,
  parameterNames,
  split,
  toVector,
  variableShapes,
} from '../parameters';

/** One variable for each parameter, in TensorFlow's shapes. */
export type Variables = Record<ParameterName, tf.Variable>;

/** Creates variables with these weights; free them with `disposeVariables`. */
export function toVariables(weights: Weights): Variables {
  const values = split(toVector(weights));
  return mapParameters((name) => tf.tidy(() => tf.variable(tf.tensor(values[name], [...variableShapes[name]]))));
}

/**
 * Copies the values of variables, or of tensors with their shapes, in PyTorch's order, see `split`.
 * @param into [21840], overwritten
 * @returns whether all values are finite
 */
export function fromVariables(variables: Record<ParameterName, tf.Tensor>, into: Float32Array): boolean {
  const vector = new Float32Array(PARAMETER_COUNT);
  const values = split(vector);
  for (const name of parameterNames) values[name].set(variables[name].dataSync<'float32'>());
  return fromVector(vector, into);
}

export function disposeVariables(variables: Variables): void {
  for (const name of parameterNames) variables[name].dispose();
}
